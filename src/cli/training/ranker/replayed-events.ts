import { LOG_COLUMNS, type LoggedRecord, type RecordValue, type Source } from '../../../algebra/source.ts'
import { duckdbSql } from '../../../compile/duckdb/duckdb-sql.ts'
import type { DuckDbSession } from '../../../features/lake/duckdb/duckdb-session.ts'
import { RECORD_COLUMN } from '../../../features/lake/duckdb/record-lines.ts'

const OF_LOG: ReadonlySet<string> = new Set([...Object.values(LOG_COLUMNS), RECORD_COLUMN])

/**
 * The records of the lake below a log position in the order in which the shop came to know of them, numbered anew from 0,
 * in batches: by the instant at which they were logged, which is that of the event for imported history, then by offset.
 * All that were logged before an instant are what a server knew at it.
 *
 * @param session with the lake attached
 */
export async function* replayedEvents(
  session: DuckDbSession,
  sources: readonly Source[],
  position: number,
): AsyncGenerator<readonly LoggedRecord[]> {
  const parts = sources.map(
    ({ name }, topic) =>
      `SELECT ${topic} AS topic, ${LOG_COLUMNS.loggedAt} AS logged_at, log_offset, to_json(t)::VARCHAR AS line ` +
      `FROM ${duckdbSql.quote(name)} AS t WHERE log_offset < ${position}`,
  )
  const sql = `SELECT * FROM (${parts.join(' UNION ALL ')}) ORDER BY logged_at, log_offset`
  let offset = 0
  for await (const batch of session.stream(sql)) {
    const [topics, instants, lines] = [
      batch.numbers('topic'),
      batch.numbers('logged_at'),
      batch.strings('line'),
    ]
    const records: LoggedRecord[] = []
    for (let row = 0; row < batch.rowCount; row += 1) {
      const source = sources[topics[row] ?? 0]
      if (source === undefined) throw new Error('bug: no such topic')
      const loggedAt = instants[row] ?? 0
      records.push({
        topic: source.name,
        partition: 0,
        offset,
        loggedAt,
        value: recordOf(lines[row] ?? '{}'),
      })
      offset += 1
    }
    yield records
  }
}

/** Entities keep the record as it was logged; of events the columns are the record. */
function recordOf(line: string): RecordValue {
  const columns: RecordValue = JSON.parse(line)
  const logged = columns[RECORD_COLUMN]
  if (typeof logged === 'string') return JSON.parse(logged)
  return Object.fromEntries(
    Object.entries(columns).filter(([name, value]) => value !== null && !OF_LOG.has(name)),
  )
}
