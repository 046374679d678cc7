import { duckdbSql } from '../../../../compile/duckdb/duckdb-sql.ts'
import { textLiteral } from '../text-literal.ts'
import type { DeltaFile, DeltaSnapshot } from './delta-snapshot.ts'
import { type DeltaField, duckDbType, notUnderstood } from './delta-type.ts'

/**
 * The rows of a snapshot as a query of DuckDB: its columns in their order and types, null where a file is older than
 * a column, values of partitions from the log.
 *
 * @throws EndcapError BAD_INPUT_FILE for a type that is not understood
 */
export function deltaSelect({ folder, columns, metaData, files }: DeltaSnapshot): string {
  const typed = columns.map((column) => ({ column, type: duckDbType(column.type, folder) }))
  const none = typed
    .map(({ column, type }) => `CAST(NULL AS ${type}) AS ${duckdbSql.quote(column.name)}`)
    .join(', ')
  const partitions = typed.filter(({ column }) => metaData.partitionColumns.includes(column.name))
  // Some writers put the columns of partitions into the files too.
  const names = partitions.map(({ column }) => textLiteral(column.name.toLowerCase()))
  const own = names.length === 0 ? '*' : `COLUMNS(c -> lower(c) NOT IN (${names.join(', ')}))`
  const groups = [...byPartition(files).values()].map((group) => {
    const values = partitions.map(({ column, type }) => partitionValue(folder, column, type, group[0]))
    const paths = group.map(({ path }) => textLiteral(path)).join(', ')
    return `SELECT ${[own, ...values].join(', ')} FROM read_parquet([${paths}], union_by_name = true, hive_partitioning = false)`
  })
  const rows = [`SELECT ${none} WHERE false`, ...groups].join(' UNION ALL BY NAME ')
  const cast = typed.map(
    ({ column: { name }, type }) => `CAST(${duckdbSql.quote(name)} AS ${type}) AS ${duckdbSql.quote(name)}`,
  )
  return `SELECT ${cast.join(', ')} FROM (${rows})`
}

function byPartition(files: readonly DeltaFile[]): ReadonlyMap<string, readonly DeltaFile[]> {
  return Map.groupBy(files, ({ partitionValues }) =>
    JSON.stringify(Object.entries(partitionValues).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  )
}

/** Written as text in the log; null and nothing are null. */
function partitionValue(
  folder: string,
  { name, type: deltaType }: DeltaField,
  type: string,
  file: DeltaFile | undefined,
): string {
  if (typeof deltaType !== 'string' || deltaType === 'binary') {
    throw notUnderstood(folder, `the type of the partition '${name}'`)
  }
  const text = file?.partitionValues[name] ?? ''
  if (text === '') return `CAST(NULL AS ${type}) AS ${duckdbSql.quote(name)}`
  const zoned = deltaType === 'timestamp' && !/(Z|[+-]\d{2}(:?\d{2})?)$/.test(text) ? `${text}+00` : text
  return `CAST(${textLiteral(zoned)} AS ${type}) AS ${duckdbSql.quote(name)}`
}
