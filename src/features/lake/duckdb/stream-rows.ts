import { STREAM_COLUMNS, type Stream } from '../../../algebra/stream.ts'
import { duckdbSql } from '../../../compile/duckdb/duckdb-sql.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import { textLiteral } from './text-literal.ts'

/** What is wanted of the rows of a stream: those of one kind of owner. */
export type Owners = {
  /** Column of the owner. */
  readonly column: string
  /** Columns that are read of a row, the owner among them. */
  readonly columns: ReadonlySet<string>
  /** Rows before this instant are left out, epoch ms. */
  readonly from: number
}

/** Owners from `first` to `last`, both included, in the order of their bytes. */
export type OwnerRange = { readonly first: string; readonly last: string }

/** Rows of some owners, ready to be grouped. */
export type OwnedRows = {
  readonly table: string
  /** By column: the texts that its numbers stand for, ascending by their bytes. */
  readonly texts: ReadonlyMap<string, readonly string[]>
}

/** Rows of the kind of owner that is worked on, owner by owner. */
const SORTED = 'sorted_rows'
/** Rows of the owners that are worked on. */
const SOME = 'some_rows'

/**
 * The rows of a stream in a table whose words are numbers: DuckDB groups and hands over small integers several times
 * faster than text. A word column is an ENUM, so it is still compared as text. Owners are too many for that: they
 * become one range by range, of rows that are sorted once, so that a range is read without reading the others.
 */
export class StreamRows {
  readonly #session: DuckDbSession
  readonly #table: string
  readonly #at: string
  /** Those of a row. */
  readonly #columns: readonly string[]
  readonly #words: ReadonlyMap<string, readonly string[]>
  #ownerType: string | undefined

  private constructor(session: DuckDbSession, stream: Stream, words: ReadonlyMap<string, readonly string[]>) {
    this.#session = session
    this.#table = duckdbSql.quote(stream.name)
    this.#at = duckdbSql.quote(stream.at)
    this.#columns = [...Object.keys(stream.columns), ...Object.values(STREAM_COLUMNS)]
    this.#words = words
  }

  /**
   * @param rows query that gives the rows
   * @param words columns whose words are wanted as numbers, beside those of owners
   */
  static async open(
    session: DuckDbSession,
    { stream, rows, words }: { stream: Stream; rows: string; words: readonly string[] },
  ): Promise<StreamRows> {
    const table = duckdbSql.quote(stream.name)
    await session.run(`CREATE TEMP TABLE ${table} AS ${rows}`)
    const texts = new Map<string, readonly string[]>()
    for (const column of words) {
      const type = typeName(column, 'word')
      texts.set(column, await makeEnum(session, { type, column, rows: table }))
      await session.run(`ALTER TABLE ${table} ALTER ${duckdbSql.quote(column)} TYPE ${type}`)
    }
    return new StreamRows(session, stream, texts)
  }

  /**
   * Sorts the rows by owner, in place of the kind of owner before, and cuts owners into ranges of about `rows` rows,
   * ascending.
   */
  async sort({ column, columns, from }: Owners, rows: number): Promise<OwnerRange[]> {
    await this.#forget()
    const owner = duckdbSql.quote(column)
    await this.#session.run(
      `CREATE OR REPLACE TEMP TABLE ${SORTED} AS SELECT ${Array.from(columns, duckdbSql.quote).join(', ')} ` +
        `FROM ${this.#table} WHERE ${owner} IS NOT NULL AND ${this.#at} >= ${from} ORDER BY ${owner}`,
    )
    const found = await this.#session.rows(
      `SELECT CAST(MIN(owner) AS VARCHAR) AS first, CAST(MAX(owner) AS VARCHAR) AS last FROM (` +
        `SELECT owner, (SUM(n) OVER (ORDER BY owner) - 1) // ${rows} AS part FROM (` +
        `SELECT ${owner} AS owner, COUNT(*) AS n FROM ${SORTED} GROUP BY ${owner})) ` +
        'GROUP BY part ORDER BY part',
    )
    return found.map(({ first, last }) => ({ first: String(first), last: String(last) }))
  }

  /** The sorted rows of a range of owners, in place of those that were asked for before. */
  async of({ column, columns }: Owners, range: OwnerRange): Promise<OwnedRows> {
    await this.#forget()
    const within = this.#within(column, range)
    const texts = this.#words.has(column) ? this.#words : await this.#withOwners(column, within)
    const cells = this.#columns.map((name) => {
      const quoted = duckdbSql.quote(name)
      if (!columns.has(name)) return `NULL AS ${quoted}`
      return name === column && this.#ownerType !== undefined
        ? `CAST(${quoted} AS ${this.#ownerType}) AS ${quoted}`
        : quoted
    })
    await this.#session.run(
      `CREATE TEMP TABLE ${SOME} AS SELECT ${cells.join(', ')} FROM ${SORTED} WHERE ${within}`,
    )
    return { table: SOME, texts }
  }

  async drop(): Promise<void> {
    await this.#forget()
    await this.#session.run(`DROP TABLE IF EXISTS ${SORTED}`)
    await this.#session.run(`DROP TABLE ${this.#table}`)
    for (const column of this.#words.keys()) await this.#session.run(`DROP TYPE ${typeName(column, 'word')}`)
  }

  /** Makes the owners within a range the words of a type. */
  async #withOwners(column: string, within: string): Promise<OwnedRows['texts']> {
    const type = typeName(column, 'owner')
    const rows = `(FROM ${SORTED} WHERE ${within})`
    const owners = await makeEnum(this.#session, { type, column, rows })
    this.#ownerType = type
    return new Map(this.#words).set(column, owners)
  }

  #within(column: string, { first, last }: OwnerRange): string {
    const words = this.#words.get(column)
    const owner = duckdbSql.quote(column)
    if (words === undefined) return `${owner} BETWEEN ${textLiteral(first)} AND ${textLiteral(last)}`
    // DuckDB 1.5.6 compares an ENUM several times slower than its number.
    return `ENUM_CODE(${owner}) BETWEEN ${words.indexOf(first)} AND ${words.indexOf(last)}`
  }

  async #forget(): Promise<void> {
    await this.#session.run(`DROP TABLE IF EXISTS ${SOME}`)
    if (this.#ownerType !== undefined) await this.#session.run(`DROP TYPE ${this.#ownerType}`)
    this.#ownerType = undefined
  }
}

/** Makes the type of a column's words, and gives them. */
async function makeEnum(
  session: DuckDbSession,
  { type, rows, column }: { readonly type: string; readonly rows: string; readonly column: string },
): Promise<readonly string[]> {
  const name = duckdbSql.quote(column)
  await session.run(
    `CREATE TYPE ${type} AS ENUM (SELECT DISTINCT ${name} FROM ${rows} WHERE ${name} IS NOT NULL ORDER BY ${name})`,
  )
  const texts = await session.columns(`SELECT UNNEST(ENUM_RANGE(CAST(NULL AS ${type})))::VARCHAR AS word`)
  if (texts.rowCount === 0) {
    // DuckDB 1.5.6 makes an ENUM without words, but no column of it.
    await session.run(`DROP TYPE ${type}`)
    await session.run(`CREATE TYPE ${type} AS ENUM ('')`)
  }
  return texts.strings('word').map((text) => text ?? '')
}

const typeName = (column: string, use: 'owner' | 'word'): string => duckdbSql.quote(`${column}_${use}`)
