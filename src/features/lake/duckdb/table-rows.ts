import type { RecordValue, Value } from '../../../algebra/source.ts'
import { duckdbSql } from '../../../compile/duckdb/duckdb-sql.ts'
import { isDeltaTable } from './delta/delta-log.ts'
import { deltaSelect } from './delta/delta-select.ts'
import { deltaSnapshot } from './delta/delta-snapshot.ts'
import { DuckDbSession } from './duckdb-session.ts'
import type { PlainValue } from './plain-value.ts'
import { textLiteral } from './text-literal.ts'

const MEMORY_LIMIT_MB = 500

/**
 * Names of the columns of a Parquet file, or of the newest version of a Delta table, in order.
 * @throws EndcapError ENGINE_FAILED if it is no Parquet file; what `deltaSnapshot` throws
 */
export async function tableColumns(path: string): Promise<readonly string[]> {
  using session = await DuckDbSession.open({ memoryLimitMb: MEMORY_LIMIT_MB })
  return (await described(session, await table(session, path))).map(({ name }) => name)
}

/**
 * Rows of a Parquet file in file order, or of the newest version of a Delta table in the order of its log, in batches of at most 2,048. Timestamps are epoch ms (those without a zone
 * are read as UTC), decimals and integers beyond 2^53 are text, bytes are base64, so that nothing is lost; members of a struct that are null are left out.
 *
 * @param columns those to read; absent: all
 * @throws EndcapError ENGINE_FAILED if it is no Parquet file or has no such column
 */
export async function* tableRows(
  path: string,
  columns?: readonly string[],
): AsyncGenerator<readonly RecordValue[]> {
  using session = await DuckDbSession.open({ memoryLimitMb: MEMORY_LIMIT_MB })
  const from = await table(session, path)
  const all = await described(session, from)
  const names = columns ?? all.map(({ name }) => name)
  const types = new Map(all.map(({ name, type }) => [name, type]))
  const wide = await wideIntegers(session, from, names, types)
  const selected = names.map(
    (name) => `${exactly(name, types.get(name) ?? '', wide)} AS ${duckdbSql.quote(name)}`,
  )
  for await (const batch of session.stream(`SELECT ${selected.join(', ')} FROM ${from}`)) {
    const cells = names.map((name) => batch.values(name))
    yield Array.from({ length: batch.rowCount }, (_, row) => {
      const record: Record<string, Value> = {}
      for (const [index, name] of names.entries()) record[name] = plainCell(cells[index]?.[row] ?? null)
      return record
    })
  }
}

type Described = { readonly name: string; readonly type: string }

async function described(session: DuckDbSession, from: string): Promise<readonly Described[]> {
  const rows = await session.rows(`DESCRIBE SELECT * FROM ${from}`)
  return rows.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }))
}

/** Columns of 64-bit integers of which some are beyond what a number holds exactly. */
async function wideIntegers(
  session: DuckDbSession,
  from: string,
  names: readonly string[],
  types: ReadonlyMap<string, string>,
): Promise<ReadonlySet<string>> {
  const integers = names.filter((name) => types.get(name) === 'BIGINT')
  if (integers.length === 0) return new Set()
  const tests = integers.map((name, index) => {
    const column = duckdbSql.quote(name)
    return `COALESCE(MAX(${column}) > ${Number.MAX_SAFE_INTEGER} OR MIN(${column}) < ${Number.MIN_SAFE_INTEGER}, FALSE) AS c${index}`
  })
  const [row] = await session.rows(`SELECT ${tests.join(', ')} FROM ${from}`)
  return new Set(integers.filter((_, index) => row?.[`c${index}`] === true))
}

function exactly(name: string, type: string, wide: ReadonlySet<string>): string {
  const column = duckdbSql.quote(name)
  if (type.startsWith('TIMESTAMP')) return `epoch_ms(${column}::TIMESTAMPTZ)`
  if (/^(DECIMAL|HUGEINT|UHUGEINT|UBIGINT)/.test(type) || wide.has(name)) return `${column}::VARCHAR`
  return column
}

function plainCell(value: PlainValue): Value {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(plainCell)
  const inner = Object.entries(value).filter(([, cell]) => cell !== null)
  return Object.fromEntries(inner.map(([name, cell]) => [name, plainCell(cell)]))
}

const table = async (session: DuckDbSession, path: string): Promise<string> =>
  isDeltaTable(path)
    ? `(${deltaSelect(await deltaSnapshot(session, path))})`
    : `read_parquet(${textLiteral(path)})`
