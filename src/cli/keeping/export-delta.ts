import { join } from 'node:path'
import { LOG_COLUMNS } from '../../algebra/source.ts'
import { duckdbSql } from '../../compile/duckdb/duckdb-sql.ts'
import type { Clock } from '../../core/clock.ts'
import { EndcapError } from '../../core/errors.ts'
import { hasVersions } from '../../features/lake/duckdb/delta/delta-log.ts'
import { deltaSnapshot } from '../../features/lake/duckdb/delta/delta-snapshot.ts'
import { writeDelta } from '../../features/lake/duckdb/delta/write-delta.ts'
import { DuckDbSession } from '../../features/lake/duckdb/duckdb-session.ts'
import { openFollowedLake } from '../lake.ts'
import { counted, type Report } from '../progress.ts'
import { catalog } from '../shop.ts'
import type { ExportCounts } from './export.ts'

export type DeltaExportOptions = {
  readonly dataDir: string
  /** Folder of the tables, one a topic; those that an earlier export left are continued. */
  readonly to: string
  readonly clock: Clock
  readonly report?: Report
}

/** Whose transactions in a table say up to which position of the log it has been written. */
const APPLICATION = 'endcap-export'

/**
 * Writes the events that count to Delta tables, a table a topic, with the columns of its contract and of the log. What
 * an earlier export wrote is not written again, also if it was killed in between: each table says itself how far it
 * is. Works beside a server.
 *
 * @returns rows by topic that were added now
 * @throws EndcapError DATA_FOLDER if there is no log; BAD_INPUT_FILE if a table is of another shop or cannot be written
 *   to; FOLDER_IN_USE if another command writes to the lake
 */
export async function exportDelta({ dataDir, to, clock, report }: DeltaExportOptions): Promise<ExportCounts> {
  using lake = await openFollowedLake(dataDir, report)
  using session = await DuckDbSession.open({ tempDir: lake.spillFolder })
  await lake.attach(session)
  const topics: Record<string, number> = {}
  for (const source of catalog.sources) {
    const folder = join(to, source.name)
    const from = await exportedPosition(session, folder)
    if (from > lake.position) {
      throw new EndcapError('BAD_INPUT_FILE', `it has ${from} records, the shop ${lake.position}`, {
        place: folder,
        remedy: 'It is of another shop, or of one before an erasure: export to a new folder.',
      })
    }
    const columns = duckdbSql.tableColumns(source).map(({ name }) => duckdbSql.quote(name))
    const offset = duckdbSql.quote(LOG_COLUMNS.offset)
    const query =
      `SELECT ${columns.join(', ')} FROM ${duckdbSql.quote(source.name)} ` +
      `WHERE ${offset} >= ${from} AND ${offset} < ${lake.position} ORDER BY ${offset}`
    const transaction = { appId: APPLICATION, version: lake.position }
    const written = await writeDelta(session, { folder, query, mode: 'append', transaction, clock })
    topics[source.name] = written?.rows ?? 0
    report?.(`${source.name}: ${counted(written?.rows ?? 0)} rows`)
  }
  return { topics, logPosition: lake.position }
}

/** Offset of the first log record that is not in the table. */
async function exportedPosition(session: DuckDbSession, folder: string): Promise<number> {
  if (!hasVersions(folder)) return 0
  return (await deltaSnapshot(session, folder)).transactions.get(APPLICATION) ?? 0
}
