import { setTimeout as sleep } from 'node:timers/promises'
import type { SqlRow } from '../../../compile/sql-results.ts'
import { systemClock } from '../../../core/clock.ts'
import { EndcapError } from '../../../core/errors.ts'
import { type RestCall, RestRefusal } from '../../../core/http/rest-call.ts'
import type { SqlConnection } from '../sql-connection.ts'
import { rowReader } from './cell-values.ts'
import { fetchLink } from './external-link.ts'
import { type Chunk, chunkOf, type StatementAnswer, statementAnswer } from './statement-answer.ts'
import { SETTINGS, type WarehouseConnection } from './warehouse-connection.ts'

const API = '/api/2.0/sql/statements'
/** The service answers at once if the statement ends within this time. */
const WAIT = '10s'
const TIMEOUT_MS = 3_600_000
const POLL_MS = 200
/** The pause between two looks does not grow beyond this many of the first. */
const MOST_POLLS = 32

/**
 * Statements of a SQL warehouse over the Statement Execution API, as of one session: what `USE SCHEMA` and `USE CATALOG`
 * say goes with each statement that follows. A statement that is waited for longer than its time, or whose wait is ended, is
 * cancelled. One that only reads is submitted again if its answer was lost; of any other nobody knows whether it runs.
 */
export function warehouseSql(connection: WarehouseConnection): SqlConnection {
  const place = { catalog: connection.catalog, schema: connection.schema }
  async function* chunks(sql: string, disposition: Disposition) {
    const used = USE.exec(sql)
    if (used !== null) {
      place[used[1]?.toLowerCase() === 'catalog' ? 'catalog' : 'schema'] = used[2]?.replaceAll('``', '`')
      return
    }
    const answer = await finished(connection, await submit(connection, { sql, disposition, ...place }), sql)
    yield* rowsOf(connection, answer, sql)
  }
  return {
    query: async (sql) => {
      const rows: SqlRow[] = []
      for await (const chunk of chunks(sql, 'INLINE')) rows.push(...chunk)
      return rows
    },
    chunks: (sql) => chunks(sql, 'EXTERNAL_LINKS'),
    close: async () => {},
  }
}

/** Rows in the answers (25 MiB in all), or in files of the warehouse's own store that the answers link to. */
type Disposition = 'INLINE' | 'EXTERNAL_LINKS'

/** The service runs each statement in a session of its own. */
const USE = /^\s*USE\s+(CATALOG|SCHEMA)\s+`((?:[^`]|``)+)`\s*$/i
const READS = /^\s*(SELECT|WITH|VALUES|SHOW|DESCRIBE|EXPLAIN)\b/i

type Submission = {
  readonly sql: string
  readonly disposition: Disposition
  readonly catalog: string | undefined
  readonly schema: string | undefined
}

async function submit(connection: WarehouseConnection, submission: Submission): Promise<StatementAnswer> {
  const { sql, disposition, catalog, schema } = submission
  const body = {
    statement: sql,
    warehouse_id: connection.warehouseId,
    ...(catalog === undefined ? {} : { catalog }),
    ...(schema === undefined ? {} : { schema }),
    format: 'JSON_ARRAY',
    disposition,
    wait_timeout: WAIT,
    on_wait_timeout: 'CONTINUE',
  }
  const isRepeatable = READS.test(sql)
  return statementAnswer(
    await ask(connection, { method: 'POST', path: API, body, what: said(sql), isRepeatable }),
  )
}

/** Looks at the statement until it has ended. @throws EndcapError ENGINE_FAILED, TIMEOUT */
async function finished(
  connection: WarehouseConnection,
  submitted: StatementAnswer,
  sql: string,
): Promise<StatementAnswer> {
  const { timeoutMs = TIMEOUT_MS, pollMs = POLL_MS, clock = systemClock, signal } = connection
  const giveUpAt = clock() + timeoutMs
  const what = said(sql)
  try {
    let answer = submitted
    for (let pauseMs = pollMs; isUnderWay(answer); pauseMs = Math.min(pollMs * MOST_POLLS, pauseMs * 2)) {
      if (clock() >= giveUpAt) throw timedOut(what, answer, timeoutMs)
      await sleep(pauseMs, undefined, signal === undefined ? {} : { signal })
      answer = statementAnswer(await ask(connection, { method: 'GET', path: `${API}/${submitted.id}`, what }))
    }
    if (answer.state === 'SUCCEEDED') return answer
    throw failure(what, answer)
  } catch (error) {
    const isOver = error instanceof EndcapError && error.code === 'ENGINE_FAILED'
    if (!isOver) await cancel(connection, submitted.id)
    throw signal?.aborted === true ? signal.reason : error
  }
}

const isUnderWay = ({ state }: StatementAnswer): boolean => state === 'PENDING' || state === 'RUNNING'

/** What goes wrong here says less than what made it necessary. */
async function cancel({ client }: WarehouseConnection, id: string): Promise<void> {
  const call = {
    method: 'POST',
    path: `${API}/${id}/cancel`,
    what: 'cancel a statement',
    isRepeatable: true,
  } as const
  await client.json(call).catch(() => {})
}

async function* rowsOf(
  connection: WarehouseConnection,
  { id, columns, chunk: first }: StatementAnswer,
  sql: string,
): AsyncGenerator<readonly SqlRow[]> {
  const read = rowReader(columns)
  for (let chunk: Chunk | null = first; chunk !== null; ) {
    if (chunk.rows.length > 0) yield chunk.rows.map(read)
    for (const link of chunk.links) yield (await fetchLink(link, said(sql), connection.signal)).map(read)
    const { next }: Chunk = chunk
    // Links end after some minutes, so each is asked for when its turn comes.
    chunk =
      next === null
        ? null
        : chunkOf(
            await ask(connection, {
              method: 'GET',
              path: `${API}/${id}/result/chunks/${next}`,
              what: said(sql),
            }),
          )
  }
}

/** One call with the words for what the warehouse refuses. */
async function ask(connection: WarehouseConnection, call: RestCall): Promise<unknown> {
  const { client, signal, warehouseId } = connection
  try {
    return await client.json({ ...call, ...(signal === undefined ? {} : { signal }) })
  } catch (error) {
    if (!(error instanceof RestRefusal)) throw error
    const remedy = REMEDIES[error.httpStatus]
    if (remedy === undefined) throw error
    throw new EndcapError('ENGINE_FAILED', error.message.replace(/^databricks: /, ''), {
      place: `databricks, warehouse ${warehouseId}`,
      cause: error,
      remedy,
    })
  }
}

const REMEDIES: Readonly<Record<number, string>> = {
  400: `Check ${SETTINGS.warehouseId} and ${SETTINGS.catalog}, and what the message names.`,
  403: `Give the user or service principal CAN USE of the warehouse in ${SETTINGS.warehouseId}, and USE of the catalog in ${SETTINGS.catalog}.`,
  404: `Set ${SETTINGS.warehouseId} to the id of a warehouse of this workspace; its page shows it.`,
}

function failure(what: string, { state, reason, errorCode }: StatementAnswer): EndcapError {
  const why = reason === '' ? `it is ${state}` : reason
  return new EndcapError('ENGINE_FAILED', `${what}: ${errorCode === '' ? '' : `${errorCode}: `}${why}`, {
    place: 'databricks',
    remedy:
      state === 'FAILED'
        ? 'Correct what the message names: a right, a table, or the statement.'
        : 'Somebody has ended it, or its result is no longer kept: run it again.',
  })
}

const timedOut = (what: string, { state }: StatementAnswer, timeoutMs: number): EndcapError =>
  new EndcapError('TIMEOUT', `${what}: it is ${state} after ${timeoutMs} ms`, {
    place: 'databricks',
    remedy: `See whether the warehouse in ${SETTINGS.warehouseId} starts and has room; its page shows the queue.`,
  })

function said(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim()
  return `'${line.length > 200 ? `${line.slice(0, 200)}...` : line}'`
}
