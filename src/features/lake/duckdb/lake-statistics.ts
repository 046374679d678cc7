import type { RecordValue, Source } from '../../../algebra/source.ts'
import type { Catalog } from '../../../catalog/catalog.ts'
import { duckdbSql } from '../../../compile/duckdb/duckdb-sql.ts'
import type { Reading } from '../../../compile/sql-stream.ts'
import type { BulkEntity } from '../../online/bulk-load.ts'
import { isEntitySource } from '../../online/entities.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import { RECORD_COLUMN } from './record-lines.ts'

/** All log records below `position` count, none beyond; the embedded log has one partition. */
export function readingBelow(catalog: Catalog, position: number): Reading {
  return { upTo: Object.fromEntries(catalog.sources.map(({ name }) => [name, [position]])) }
}

/** The winning version of every entity below `position`, as it was logged, by topic and id. */
export async function* lakeEntities(
  session: DuckDbSession,
  catalog: Catalog,
  position: number,
): AsyncGenerator<readonly BulkEntity[]> {
  for (const source of catalog.sources.filter(isEntitySource)) {
    for await (const batch of session.stream(winnersSql(source, position))) {
      const offsets = batch.numbers('log_offset')
      yield batch.strings(RECORD_COLUMN).map((record, row) => {
        const value: RecordValue = JSON.parse(record ?? '')
        return { source: source.name, offset: offsets[row] ?? 0, value }
      })
    }
  }
}

function winnersSql(source: Source, position: number): string {
  const [table, id, at] = [source.name, source.partitionBy, source.at].map(duckdbSql.quote)
  return (
    `SELECT ${RECORD_COLUMN}, log_offset FROM ${table} WHERE log_offset < ${position} ` +
    `QUALIFY ROW_NUMBER() OVER (PARTITION BY ${id} ORDER BY ${at} DESC, log_offset DESC) = 1 ORDER BY ${id}`
  )
}

/** Instant of the newest event of any stream below `position`, epoch ms; 0 if there is none. */
export async function lakeNewestAt(
  session: DuckDbSession,
  catalog: Catalog,
  position: number,
): Promise<number> {
  const sources = catalog.streams.flatMap(({ branches }) => branches.map(({ source }) => source))
  let newest = 0
  for (const { name, at } of new Set(sources)) {
    const [row] = await session.rows(
      `SELECT MAX(${duckdbSql.quote(at)}) AS newest FROM ${duckdbSql.quote(name)} WHERE log_offset < ${position}`,
    )
    newest = Math.max(newest, Number(row?.['newest'] ?? 0))
  }
  return newest
}
