import { STREAM_COLUMNS, type Stream } from '../algebra/stream.ts'
import { joinedWords, type VersionJoin } from '../algebra/version-join.ts'
import type { Dialect } from './dialects.ts'
import { predicateSql } from './sql-expressions.ts'
import { identifier, type NamedQuery, type SelectColumn, select } from './sql-writer.ts'

/** Instants between which a version is valid: `from <= at < to`; `to` is null of the last one. */
const VALID_FROM = 'valid_from'
const VALID_TO = 'valid_to'

/**
 * The rows of a stream with the words of the version that was valid at their instant, from the named queries of both
 * streams.
 *
 * @returns named queries, of which `name` (not quoted) gives the rows: the stream's columns, `STREAM_COLUMNS`, the words
 */
export function joinedSql(
  stream: Stream,
  join: VersionJoin,
  dialect: Dialect,
): { readonly shared: readonly NamedQuery[]; readonly name: string } {
  const quote = (name: string) => identifier(name, dialect.quoteMark)
  const valid = `${join.versions.name}_valid`
  const counted = `${join.versions.name}_counted`
  const name = `${stream.name}_joined`
  return {
    name,
    shared: [
      [quote(valid), validSql(join, quote)],
      [quote(counted), countedSql(join, dialect, valid)],
      [quote(name), rowsSql(stream, join, quote, { valid, counted })],
    ],
  }
}

type Quote = (name: string) => string

/** Each version with the instants between which it is valid; of equal instants the last by the total order has any. */
function validSql({ versions, on, ...join }: VersionJoin, quote: Quote): string {
  const at = quote(versions.at)
  const order = [at, ...Object.values(STREAM_COLUMNS).map(quote)].join(', ')
  const kept = [on, ...joinedWords({ versions, on, ...join })].map(quote)
  return select({
    columns: [
      ...kept.map((name): SelectColumn => [name, name]),
      [at, quote(VALID_FROM)],
      [`LEAD(${at}) OVER (PARTITION BY ${quote(on)} ORDER BY ${order})`, quote(VALID_TO)],
    ],
    from: quote(versions.name),
  })
}

/** Entities whose last version is one that counts. */
function countedSql({ versions, on, ofWhom }: VersionJoin, dialect: Dialect, valid: string): string {
  const quote: Quote = (name) => identifier(name, dialect.quoteMark)
  const scope = {
    dialect,
    columns: versions.columns,
    path: (path: readonly string[]) => path.map(quote).join('.'),
  }
  return select({
    columns: [[quote(on), quote(on)]],
    from: quote(valid),
    where: [`${quote(VALID_TO)} IS NULL`, predicateSql(ofWhom, scope)],
  })
}

type Tables = { readonly valid: string; readonly counted: string }

function rowsSql({ name, columns, at }: Stream, join: VersionJoin, quote: Quote, tables: Tables): string {
  const [event, version, agreed] = ['event', 'version', 'agreed'].map(quote)
  const on = quote(join.on)
  const from = `${version}.${quote(VALID_FROM)}`
  const to = `${version}.${quote(VALID_TO)}`
  const instant = `${event}.${quote(at)}`
  const own = [...Object.keys(columns), ...Object.values(STREAM_COLUMNS)]
  return select({
    columns: [
      ...own.map((column): SelectColumn => [`${event}.${quote(column)}`, quote(column)]),
      ...joinedWords(join).map((word): SelectColumn => [`${version}.${quote(word)}`, quote(word)]),
    ],
    from: [
      `${quote(name)} AS ${event}`,
      `  JOIN ${quote(tables.valid)} AS ${version} ON ${event}.${on} = ${version}.${on}` +
        ` AND ${from} <= ${instant} AND (${to} IS NULL OR ${instant} < ${to})`,
      `  JOIN ${quote(tables.counted)} AS ${agreed} ON ${event}.${on} = ${agreed}.${on}`,
    ].join('\n'),
  })
}
