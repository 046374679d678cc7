import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, systemClock } from '../../../../core/clock.ts'
import { EndcapError } from '../../../../core/errors.ts'
import { field, listField, textOr } from '../../../../core/http/answer-fields.ts'
import { type RestCall, RestRefusal } from '../../../../core/http/rest-call.ts'
import type { RestClient } from '../../../../core/http/rest-client.ts'
import { textField } from '../flink-rest.ts'
import { type ConfluentConnection, confluentClient, SETTINGS } from './confluent-connection.ts'

/** Where a statement is in its life; the service may add others. @source Confluent OpenAPI flink-gateway v1 */
export const PHASES = [
  'PENDING',
  'RUNNING',
  'COMPLETED',
  'DELETING',
  'FAILING',
  'FAILED',
  'STOPPING',
  'STOPPED',
  'DEGRADED',
] as const
export type Phase = (typeof PHASES)[number]

export type ConfluentStatement = {
  readonly name: string
  readonly sql: string
  readonly phase: string
  /** What the service says of the phase; often nothing. */
  readonly detail: string
  readonly stopped: boolean
  readonly computePoolId: string | null
  readonly principal: string | null
}

export type NewStatement = {
  /** The caller's; the same name with the same text is the same statement. */
  readonly name: string
  readonly sql: string
  /** `sql.current-catalog`, `sql.current-database` and other settings. */
  readonly properties?: Readonly<Record<string, string>>
  /** Default: the environment's own pool of the region. */
  readonly computePoolId?: string
  /** Account as which it runs. Default: the key's. */
  readonly principal?: string
}

export type StatementException = {
  readonly name: string
  readonly message: string
  readonly timestamp: string
}

export type WaitOptions = {
  /** Phases to wait for. Default: RUNNING or COMPLETED. */
  readonly until?: readonly Phase[]
  /** Default 10 minutes. */
  readonly timeoutMs?: number
  /** Between two looks. Default 1 s. */
  readonly pollMs?: number
  readonly signal?: AbortSignal
}

/** Statements in one environment and region of Confluent Cloud for Apache Flink. */
export class ConfluentStatements {
  readonly #connection: ConfluentConnection
  readonly #client: RestClient
  readonly #clock: Clock

  constructor(connection: ConfluentConnection) {
    this.#connection = connection
    this.#client = confluentClient(connection)
    this.#clock = connection.clock ?? systemClock
  }

  /**
   * Submits, or finds the statement that an earlier call has submitted. It may not run yet.
   * @throws RestRefusal if another text has the name, or the service refuses it; EndcapError ENGINE_UNAVAILABLE
   */
  async submit(statement: NewStatement, signal?: AbortSignal): Promise<ConfluentStatement> {
    const { name, sql, properties = {}, computePoolId, principal } = statement
    const body = {
      name,
      organization_id: this.#connection.organizationId,
      environment_id: this.#connection.environmentId,
      spec: {
        statement: sql,
        properties,
        stopped: false,
        ...(computePoolId === undefined ? {} : { compute_pool_id: computePoolId }),
        ...(principal === undefined ? {} : { principal }),
      },
    }
    const call = { method: 'POST', path: '/statements', body, what: `submit '${name}'` } as const
    try {
      return statementOf(await this.#request({ ...call, ...withSignal(signal) }))
    } catch (error) {
      if (!(error instanceof RestRefusal && error.httpStatus === 409)) throw error
      const there = await this.get(name, signal)
      if (there.sql === sql) return there
      throw error
    }
  }

  /** @throws RestRefusal (404) if there is none */
  async get(name: string, signal?: AbortSignal): Promise<ConfluentStatement> {
    return statementOf(await this.#read(name, signal))
  }

  /** All statements of the environment, page by page. */
  async *list(signal?: AbortSignal): AsyncGenerator<ConfluentStatement, void, undefined> {
    let token: string | null = null
    do {
      const query: Record<string, string> = {
        page_size: '100',
        ...(token === null ? {} : { page_token: token }),
      }
      const page = await this.#request({
        method: 'GET',
        path: '/statements',
        query,
        what: 'list statements',
        ...withSignal(signal),
      })
      for (const item of listField(page, 'data')) yield statementOf(item)
      token = nextToken(field(page, 'metadata'))
    } while (token !== null)
  }

  /**
   * Until it is in one of the phases.
   * @throws EndcapError ENGINE_FAILED with the service's words and the first exceptions if it fails; TIMEOUT
   */
  async wait(name: string, options: WaitOptions = {}): Promise<ConfluentStatement> {
    const { until = ['RUNNING', 'COMPLETED'], timeoutMs = 600_000, pollMs = 1000, signal } = options
    const giveUpAt = this.#clock() + timeoutMs
    for (;;) {
      const statement = await this.get(name, signal)
      if (until.some((phase) => phase === statement.phase)) return statement
      if (statement.phase === 'FAILED') throw await this.#failure(statement, signal)
      if (this.#clock() >= giveUpAt) throw timedOut(statement, until, timeoutMs)
      await sleep(pollMs, undefined, withSignal(signal))
    }
  }

  /** Stops it with its state and returns when it stands still. It goes on with `resume`. */
  async stop(name: string, options: WaitOptions = {}): Promise<ConfluentStatement> {
    await this.#setStopped(name, true, options.signal)
    return this.wait(name, { until: ['STOPPED', 'COMPLETED', 'FAILED'], ...options })
  }

  /** From where it stopped: an INSERT, a statement set or a CREATE TABLE AS. */
  async resume(name: string, options: WaitOptions = {}): Promise<ConfluentStatement> {
    await this.#setStopped(name, false, options.signal)
    return this.wait(name, options)
  }

  /** Its state goes with it. Nothing happens if there is none. */
  async delete(name: string, signal?: AbortSignal): Promise<void> {
    try {
      await this.#request({
        method: 'DELETE',
        path: pathOf(name),
        what: `delete '${name}'`,
        ...withSignal(signal),
      })
    } catch (error) {
      if (!(error instanceof RestRefusal && error.httpStatus === 404)) throw error
    }
  }

  /** What went wrong in it lately, as the service tells it. */
  async exceptions(name: string, signal?: AbortSignal): Promise<readonly StatementException[]> {
    const answer = await this.#request({
      method: 'GET',
      path: `${pathOf(name)}/exceptions`,
      what: `exceptions of '${name}'`,
      ...withSignal(signal),
    })
    return listField(answer, 'data').map((item) => ({
      name: textOr(item, 'name'),
      message: textOr(item, 'message'),
      timestamp: textOr(item, 'timestamp'),
    }))
  }

  /** A statement that has changed since it was read is read again. */
  async #setStopped(name: string, stopped: boolean, signal?: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const current = await this.#read(name, signal)
      if (field(field(current, 'spec'), 'stopped') === stopped) return
      try {
        await this.#request({
          method: 'PUT',
          path: pathOf(name),
          body: withStopped(current, stopped),
          what: `${stopped ? 'stop' : 'resume'} '${name}'`,
          ...withSignal(signal),
        })
        return
      } catch (error) {
        const isConflict = error instanceof RestRefusal && error.httpStatus === 409
        if (!isConflict || attempt > CONFLICTS) throw error
      }
    }
  }

  /** Statements are named by the caller: the same call twice is as good as once. */
  #request(call: RestCall): Promise<unknown> {
    return this.#client.json({ ...call, isRepeatable: true })
  }

  #read(name: string, signal?: AbortSignal): Promise<unknown> {
    return this.#request({
      method: 'GET',
      path: pathOf(name),
      what: `read '${name}'`,
      ...withSignal(signal),
    })
  }

  async #failure(statement: ConfluentStatement, signal?: AbortSignal): Promise<EndcapError> {
    const { name, detail } = statement
    const exceptions = await this.exceptions(name, signal).catch(() => [])
    const [first] = exceptions
    const cause = first === undefined ? undefined : new Error(first.message)
    return new EndcapError(
      'ENGINE_FAILED',
      `'${name}' failed: ${detail === '' ? 'no reason is given' : detail}`,
      {
        place: 'confluent flink',
        cause,
        remedy:
          'Correct its text or the rights of its account, and submit it under the name of the new text.',
      },
    )
  }
}

const CONFLICTS = 3

const pathOf = (name: string): string => `/statements/${encodeURIComponent(name)}`

const withSignal = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal })

function statementOf(answer: unknown): ConfluentStatement {
  const spec = field(answer, 'spec')
  const status = field(answer, 'status')
  return {
    name: textField(answer, 'name'),
    sql: textField(spec, 'statement'),
    phase: textField(status, 'phase'),
    detail: textOr(status, 'detail'),
    stopped: field(spec, 'stopped') === true,
    computePoolId: textOr(spec, 'compute_pool_id') || null,
    principal: textOr(spec, 'principal') || null,
  }
}

/** What may be said in an update, of what was read: the version tells the service that nothing has changed since. */
function withStopped(current: unknown, stopped: boolean): unknown {
  const metadata = field(current, 'metadata')
  const { execution_mode: _mode, ...spec } = Object(field(current, 'spec'))
  return {
    name: field(current, 'name'),
    organization_id: field(current, 'organization_id'),
    environment_id: field(current, 'environment_id'),
    metadata: { self: field(metadata, 'self'), resource_version: field(metadata, 'resource_version') },
    spec: { ...spec, stopped },
  }
}

/** Of the address of the next page. */
function nextToken(metadata: unknown): string | null {
  const next = textOr(metadata, 'next')
  return URL.canParse(next) ? new URL(next).searchParams.get('page_token') : null
}

const timedOut = (
  { name, phase }: ConfluentStatement,
  until: readonly Phase[],
  timeoutMs: number,
): EndcapError =>
  new EndcapError('TIMEOUT', `'${name}' is ${phase} after ${timeoutMs} ms, not ${until.join(' or ')}`, {
    place: 'confluent flink',
    remedy: `See whether the pool in ${SETTINGS.computePoolId} has free CFUs.`,
  })
