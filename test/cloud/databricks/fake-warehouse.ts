import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Asked } from '../fake-service.ts'
import { failure } from './failure.ts'

export const WAREHOUSE = '0123456789abcdef'

/** Columns by the API's names of types, and cells as its texts. */
export type Table = {
  readonly columns: readonly { readonly name: string; readonly type_name: string }[]
  readonly rows: readonly (readonly (string | null)[])[]
}

/** What runs a statement. @throws Error with the engine's reason */
export type Execute = (sql: string, place: { readonly schema: string | null }) => Promise<Table>

type Statement = {
  readonly id: string
  readonly isLinked: boolean
  state: string
  reason: string
  table: Table
  /** Looks until it is shown as what it is. */
  looks: number
}

const API = '/api/2.0/sql/statements'
const STORE = '/fake-store/'
const MEMBERS = new Set([
  ...['statement', 'warehouse_id', 'catalog', 'schema', 'format', 'disposition', 'wait_timeout'],
  ...['on_wait_timeout', 'parameters', 'row_limit', 'byte_limit'],
])

/**
 * The Statement Execution API of one warehouse: each statement in a session of its own, PENDING, then RUNNING, then done;
 * rows in chunks, in the answers or behind links that take no credentials.
 * @source Databricks Statement Execution API 2.0
 */
export class FakeWarehouse {
  /** Replace it by an engine. */
  execute: Execute = async () => ({ columns: [], rows: [] })
  /** Rows in a chunk. */
  chunkRows = 2
  /** Looks at a statement before it is done. */
  looks = 2
  readonly cancelled: string[] = []
  readonly #statements = new Map<string, Statement>()

  async answer(asked: Asked): Promise<Answer | null> {
    const { method, url, body } = asked
    if (url.pathname === `/api/2.0/sql/warehouses/${WAREHOUSE}`) {
      return {
        status: 200,
        body: { id: WAREHOUSE, name: 'endcap', state: 'RUNNING', cluster_size: '2X-Small' },
      }
    }
    if (url.pathname.startsWith('/api/2.0/sql/warehouses/')) {
      return failure(
        404,
        'RESOURCE_DOES_NOT_EXIST',
        `SQL warehouse ${url.pathname.split('/').at(-1)} does not exist.`,
      )
    }
    if (!url.pathname.startsWith(API)) return null
    const [id = '', ...rest] = url.pathname.slice(API.length + 1).split('/')
    if (id === '') return method === 'POST' ? this.#submit(Object(body)) : null
    const statement = this.#statements.get(id)
    if (statement === undefined) return failure(404, 'NOT_FOUND', `The statement ${id} was not found.`)
    if (method === 'POST' && rest[0] === 'cancel') return this.#cancel(statement)
    if (rest[0] === 'result') return { status: 200, body: this.#chunk(statement, Number(rest[2]), url) }
    return { status: 200, body: await this.#looked(statement, url) }
  }

  /** Files behind links. */
  store({ url, authorization }: Asked): Answer | null {
    if (!url.pathname.startsWith(STORE)) return null
    if (authorization !== '') return failure(400, 'InvalidArgument', 'Only one auth mechanism allowed')
    const [id = '', number] = url.pathname.slice(STORE.length).split('/')
    const statement = this.#statements.get(id)
    if (statement === undefined || url.searchParams.get('signature') !== 'a+b=') return { status: 403 }
    return { status: 200, body: this.#rows(statement, Number(number)) }
  }

  #submit(body: Readonly<Record<string, unknown>>): Answer {
    const unknown = Object.keys(body).filter((name) => !MEMBERS.has(name))
    if (unknown.length > 0) return failure(400, 'INVALID_PARAMETER_VALUE', `unknown: ${unknown.join(', ')}`)
    if (body['warehouse_id'] !== WAREHOUSE)
      return failure(404, 'NOT_FOUND', `SQL warehouse ${body['warehouse_id']} was not found`)
    if (!/^(0|[5-9]|[1-4][0-9]|50)s$/.test(String(body['wait_timeout'] ?? '10s')))
      return failure(400, 'INVALID_PARAMETER_VALUE', 'wait_timeout')
    const [id, sql] = [`01f0-${this.#statements.size + 1}`, String(body['statement'])]
    const statement: Statement = {
      id,
      isLinked: body['disposition'] === 'EXTERNAL_LINKS',
      state: 'RUNNING',
      reason: '',
      table: { columns: [], rows: [] },
      looks: this.looks,
    }
    this.#statements.set(id, statement)
    const schema = typeof body['schema'] === 'string' ? body['schema'] : null
    void this.#execute(statement, sql, schema)
    return { status: 200, body: { statement_id: id, status: { state: 'PENDING' } } }
  }

  async #execute(statement: Statement, sql: string, schema: string | null): Promise<void> {
    const change = (state: string, reason = '') => {
      if (statement.state !== 'RUNNING') return
      statement.state = state
      statement.reason = reason
    }
    try {
      // Each in a session of its own.
      if (/^\s*USE\b/i.test(sql)) return change('SUCCEEDED')
      statement.table = await this.execute(sql, { schema })
      change('SUCCEEDED')
    } catch (error) {
      change('FAILED', error instanceof Error ? error.message : String(error))
    }
  }

  async #looked(statement: Statement, url: URL): Promise<unknown> {
    // Gives what runs here a turn.
    await sleep(1)
    statement.looks -= 1
    const state = statement.looks > 0 && statement.state !== 'CANCELED' ? 'RUNNING' : statement.state
    const error = { error_code: 'BAD_REQUEST', message: statement.reason }
    const status = { state, ...(state === 'FAILED' ? { error } : {}) }
    if (state !== 'SUCCEEDED') return { statement_id: statement.id, status }
    const { columns, rows } = statement.table
    const chunks = this.#chunkCount(statement)
    return {
      statement_id: statement.id,
      status,
      manifest: {
        format: 'JSON_ARRAY',
        schema: {
          column_count: columns.length,
          columns: columns.map((column, position) => ({ ...column, position, type_text: column.type_name })),
        },
        total_chunk_count: chunks,
        total_row_count: rows.length,
        truncated: false,
      },
      result: chunks === 0 ? {} : this.#chunk(statement, 0, url),
    }
  }

  #chunk(statement: Statement, index: number, { origin }: URL): unknown {
    const rows = this.#rows(statement, index)
    const place = { chunk_index: index, row_offset: index * this.chunkRows, row_count: rows.length }
    const next =
      index + 1 < this.#chunkCount(statement)
        ? {
            next_chunk_index: index + 1,
            next_chunk_internal_link: `${API}/${statement.id}/result/chunks/${index + 1}`,
          }
        : {}
    if (!statement.isLinked) return { ...place, ...next, data_array: rows }
    const link = {
      ...place,
      ...next,
      external_link: `${origin}${STORE}${statement.id}/${index}?signature=a%2Bb%3D`,
      expiration: '2026-11-25T12:00:00Z',
    }
    return { external_links: [link] }
  }

  #cancel(statement: Statement): Answer {
    this.cancelled.push(statement.id)
    if (statement.state === 'RUNNING') statement.state = 'CANCELED'
    return { status: 200, body: {} }
  }

  #chunkCount = ({ table }: Statement): number => Math.ceil(table.rows.length / this.chunkRows)

  #rows = ({ table }: Statement, index: number) =>
    table.rows.slice(index * this.chunkRows, (index + 1) * this.chunkRows)
}
