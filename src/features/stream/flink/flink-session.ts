import { setTimeout as sleep } from 'node:timers/promises'
import { EndcapError } from '../../../core/errors.ts'
import { field, listField } from '../../../core/http/answer-fields.ts'
import { flinkRequest, textField } from './flink-rest.ts'

/** By column name. NULL is null, BIGINT a JS number below 2^53 in magnitude, timestamps are text. */
export type FlinkRow = Readonly<Record<string, unknown>>

type Column = { readonly name: string; readonly type: string }

type Page = {
  readonly ready: boolean
  readonly jobId: string | undefined
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly unknown[])[]
  /** Path of the next page; undefined after the last one. */
  readonly next: string | undefined
}

const POLL_MS = 20

const shorten = (sql: string): string => {
  const line = sql.replace(/\s+/g, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 200)}...` : line
}

function parsePage(answer: unknown): Page {
  const results = field(answer, 'results')
  const ended = field(answer, 'resultType') === 'EOS'
  const next = field(answer, 'nextResultUri')
  const jobId = field(answer, 'jobID')
  return {
    ready: field(answer, 'resultType') !== 'NOT_READY',
    jobId: typeof jobId === 'string' ? jobId : undefined,
    columns: listField(results, 'columns').map((column) => ({
      name: textField(column, 'name'),
      type: textField(field(column, 'logicalType'), 'type'),
    })),
    rows: listField(results, 'data').map((row) => listField(row, 'fields')),
    next: ended || typeof next !== 'string' ? undefined : next,
  }
}

function toRow(columns: readonly Column[], fields: readonly unknown[]): FlinkRow {
  return Object.fromEntries(
    columns.map(({ name, type }, index) => {
      const value = fields[index] ?? null
      if (type !== 'BIGINT' || value === null || Number.isSafeInteger(value)) return [name, value]
      throw new EndcapError('ENGINE_FAILED', `${String(value)} is no exact integer in JavaScript`, {
        place: `flink, column '${name}'`,
        remedy: 'Cast the column to STRING in the statement.',
      })
    }),
  )
}

/** One session of the SQL gateway: its tables, views and settings are its own. Close it after use. */
export class FlinkSession {
  readonly #gatewayUrl: string
  readonly #handle: string

  constructor(gatewayUrl: string, handle: string) {
    this.#gatewayUrl = gatewayUrl
    this.#handle = handle
  }

  /** Runs DDL, SET and the like, and waits for its end. @throws EndcapError ENGINE_FAILED with the root cause */
  async execute(sql: string): Promise<void> {
    await this.query(sql)
  }

  /**
   * All rows of a statement that ends by itself.
   * @throws EndcapError ENGINE_FAILED with the root cause; the signal's reason when aborted
   */
  async query(sql: string, signal?: AbortSignal): Promise<readonly FlinkRow[]> {
    const rows: FlinkRow[] = []
    for await (const page of this.#pages(sql, signal)) {
      for (const fields of page.rows) rows.push(toRow(page.columns, fields))
    }
    return rows
  }

  /**
   * Starts an INSERT or a statement set and returns the id of its job, which may not run yet.
   * @throws EndcapError ENGINE_FAILED with the root cause
   */
  async submit(sql: string): Promise<string> {
    for await (const page of this.#pages(sql)) if (page.jobId !== undefined) return page.jobId
    throw new EndcapError('ENGINE_FAILED', `'${shorten(sql)}' started no job`, { place: 'flink' })
  }

  async close(): Promise<void> {
    const url = `${this.#gatewayUrl}/v1/sessions/${this.#handle}`
    await flinkRequest({ method: 'DELETE', url, what: 'close session' })
  }

  async *#pages(sql: string, signal?: AbortSignal): AsyncGenerator<Page, void, undefined> {
    const what = `'${shorten(sql)}'`
    const abort = signal === undefined ? {} : { signal }
    const session = `${this.#gatewayUrl}/v1/sessions/${this.#handle}`
    const started = await flinkRequest({
      method: 'POST',
      url: `${session}/statements`,
      body: { statement: sql },
      what,
      ...abort,
    })
    const operation = `${session}/operations/${textField(started, 'operationHandle')}`
    try {
      let url: string | undefined = `${operation}/result/0`
      while (url !== undefined) {
        const page = parsePage(await flinkRequest({ url, what, ...abort }))
        if (!page.ready) {
          await sleep(POLL_MS, undefined, abort)
          continue
        }
        yield page
        url = page.next === undefined ? undefined : `${this.#gatewayUrl}${page.next}`
      }
    } finally {
      // Frees the result; the job of an INSERT goes on.
      await flinkRequest({ method: 'DELETE', url: `${operation}/close`, what: 'close operation' }).catch(
        () => {},
      )
    }
  }
}
