import { type Answer, type Asked, FakeService, listening } from '../fake-service.ts'
import { bodyFaults } from './statement-body.ts'

export const ORGANIZATION = '7c60d51f-b44e-4682-87d6-449835ea4de6'
export const ENVIRONMENT = 'env-1'
export const KEY = 'fake-key'
export const SECRET = 'fake-secret'

type Stored = {
  name: string
  spec: Record<string, unknown>
  labels: Record<string, string>
  version: number
  phase: string
  detail: string
}

const BASE = `/sql/v1/organizations/${ORGANIZATION}/environments/${ENVIRONMENT}`

/**
 * A statements API in one process, for tests: statements go from PENDING on with each look, definitions to COMPLETED,
 * inserts to RUNNING, whatever has `fails` in its text to FAILED.
 */
export class FakeFlinkGateway extends FakeService {
  /** Bearer tokens that are taken beside the key. */
  readonly tokens = new Set<string>()
  readonly #statements = new Map<string, Stored>()
  #uid = 0

  static async start(): Promise<FakeFlinkGateway> {
    return listening(new FakeFlinkGateway())
  }

  /** Somebody else changes a statement. */
  touch(name: string): void {
    this.#existing(name).version += 1
  }

  protected override answer({ authorization, method, url, body }: Asked): Answer {
    const expected = `Basic ${Buffer.from(`${KEY}:${SECRET}`).toString('base64')}`
    const isKnown = authorization === expected || this.tokens.has(authorization.replace('Bearer ', ''))
    if (!isKnown) return failure(401, 'Authentication Required')
    if (!url.pathname.startsWith(`${BASE}/statements`)) return failure(404, 'Not Found')
    const [, name, part] = url.pathname
      .slice(BASE.length + 1)
      .split('/')
      .map(decodeURIComponent)
    if (name === undefined) return method === 'POST' ? this.#create(body) : this.#list(url)
    const stored = this.#statements.get(name)
    if (stored === undefined) return failure(404, 'Not Found', `statement '${name}'`)
    if (part === 'exceptions') return { status: 200, body: this.#exceptions(stored) }
    if (part === 'results') return { status: 200, body: this.#results(stored) }
    switch (method) {
      case 'GET':
        return { status: 200, body: this.#json(advanced(stored)) }
      case 'PUT':
        return this.#update(stored, body)
      case 'PATCH':
        setStopped(stored, true)
        return { status: 200, body: this.#json(stored) }
      case 'DELETE':
        this.#statements.delete(name)
        return { status: 202 }
      default:
        return failure(404, 'Not Found')
    }
  }

  #create(body: unknown): Answer {
    const faults = bodyFaults(body)
    if (faults.length > 0) return failure(400, 'Bad Request', `wrong: ${faults.join(', ')}`)
    const { name, spec, metadata } = Object(body)
    if (this.#statements.has(name)) return failure(409, 'Conflict', `statement '${name}' already exists`)
    const stored: Stored = {
      name,
      spec: { ...spec },
      labels: { ...metadata?.labels },
      version: 1,
      phase: 'PENDING',
      detail: '',
    }
    this.#statements.set(name, stored)
    return { status: 201, body: this.#json(stored) }
  }

  #list(url: URL): Answer {
    const size = Number(url.searchParams.get('page_size') ?? 10)
    const start = Number(url.searchParams.get('page_token') ?? 0)
    const all = [...this.#statements.values()]
    const end = start + size
    const self = `${this.url}${BASE}/statements`
    const next = end < all.length ? { next: `${self}?page_token=${end}` } : {}
    return {
      status: 200,
      body: {
        api_version: 'sql/v1',
        kind: 'StatementList',
        metadata: { self, ...next },
        data: all.slice(start, end).map((stored) => this.#json(stored)),
      },
    }
  }

  #update(stored: Stored, body: unknown): Answer {
    const { spec, metadata } = Object(body)
    if (metadata?.resource_version !== String(stored.version))
      return failure(409, 'Conflict', 'it has changed')
    setStopped(stored, spec.stopped === true)
    return { status: 202 }
  }

  #exceptions({ name, detail }: Stored): unknown {
    const exception = {
      kind: 'StatementException',
      name: 'java.lang.RuntimeException',
      message: `java.lang.RuntimeException: ${detail}`,
      timestamp: '2025-11-10T16:20:00Z',
    }
    return {
      api_version: 'sql/v1',
      kind: 'StatementExceptionList',
      metadata: { self: `${this.url}${BASE}/statements/${name}/exceptions` },
      data: detail === '' ? [] : [exception],
    }
  }

  #results({ name }: Stored): unknown {
    return {
      api_version: 'sql/v1',
      kind: 'StatementResult',
      metadata: { self: `${this.url}${BASE}/statements/${name}/results`, next: '' },
      results: {
        data: [
          { op: 0, row: ['mug', '3'] },
          { op: 0, row: ['jug', null] },
        ],
      },
    }
  }

  #existing(name: string): Stored {
    const stored = this.#statements.get(name)
    if (stored === undefined) throw new Error(`no statement '${name}'`)
    return stored
  }

  #json({ name, spec, labels, version, phase, detail }: Stored): unknown {
    this.#uid += 1
    return {
      api_version: 'sql/v1',
      kind: 'Statement',
      name,
      organization_id: ORGANIZATION,
      environment_id: ENVIRONMENT,
      metadata: {
        self: `${this.url}${BASE}/statements/${name}`,
        created_at: '2025-11-10T16:20:00Z',
        updated_at: '2025-11-10T16:20:00Z',
        uid: '12345678-1234-1234-1234-123456789012',
        resource_version: String(version),
        labels,
      },
      spec,
      status: { phase, detail, ...traitsOf(String(spec['statement'])) },
    }
  }
}

const isQuery = (sql: string): boolean => /^\s*SELECT/i.test(sql)
const isDefinition = (sql: string): boolean => /^\s*(CREATE|ALTER|DROP)/i.test(sql)

/** A look moves a statement on. */
function advanced(stored: Stored): Stored {
  const sql = String(stored.spec['statement'])
  const change = (phase: string, detail = '') => {
    stored.phase = phase
    stored.detail = detail
    stored.version += 1
  }
  if (stored.phase === 'PENDING') {
    if (sql.includes('fails')) change('FAILED', 'Table `fails` does not exist')
    else change(isDefinition(sql) || isQuery(sql) ? 'COMPLETED' : 'RUNNING')
  } else if (stored.phase === 'STOPPING') change('STOPPED')
  return stored
}

function setStopped(stored: Stored, stopped: boolean): void {
  stored.spec['stopped'] = stopped
  stored.phase = stopped ? 'STOPPING' : 'PENDING'
  stored.version += 1
}

function traitsOf(sql: string): object {
  if (!isQuery(sql))
    return {
      traits: {
        sql_kind: isDefinition(sql) ? 'CREATE_TABLE' : 'INSERT_INTO',
        is_bounded: false,
        is_append_only: true,

        schema: {},
      },
    }
  const columns = [
    { name: 'sku', type: { type: 'VARCHAR', nullable: false, length: 2_147_483_647 } },
    { name: 'views', type: { type: 'BIGINT', nullable: true } },
  ]
  return {
    traits: {
      sql_kind: 'SELECT',
      is_bounded: true,
      is_append_only: true,

      schema: { columns },
    },
  }
}

const failure = (status: number, title: string, detail = title): Answer => ({
  status,
  body: { errors: [{ id: 'ed42afdc-f0d5-4c0d-b428-9fc6ed6e279d', status: String(status), title, detail }] },
})
