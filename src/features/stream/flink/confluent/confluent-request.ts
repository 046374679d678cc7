import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, systemClock } from '../../../../core/clock.ts'
import { EndcapError } from '../../../../core/errors.ts'
import { field, listField } from '../flink-rest.ts'
import { isTransient, pauseBefore, RETRY, type RetryPolicy, retryAfterMs } from './retry.ts'

/** Names of the settings, for errors: what a person has to put right. */
export const SETTINGS = {
  endpoint: 'FLINK_REST_ENDPOINT',
  organizationId: 'CONFLUENT_ORGANIZATION_ID',
  environmentId: 'CONFLUENT_ENVIRONMENT_ID',
  apiKey: 'FLINK_API_KEY',
  apiSecret: 'FLINK_API_SECRET',
  computePoolId: 'FLINK_COMPUTE_POOL_ID',
  principal: 'FLINK_PRINCIPAL_ID',
} as const

export type ConfluentConnection = {
  /** `https://flink.<region>.<provider>.confluent.cloud`. */
  readonly endpoint: string
  readonly organizationId: string
  readonly environmentId: string
  /** Key of the Flink region. */
  readonly apiKey: string
  readonly apiSecret: string
  /** Of one try. Default 30 s. */
  readonly timeoutMs?: number
  readonly retry?: RetryPolicy
  readonly clock?: Clock
  /** From 0 to below 1. Default: Math.random. */
  readonly random?: () => number
}

export type ConfluentCall = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the environment: `/statements/<name>`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Said in the error: what was tried. */
  readonly what: string
  readonly signal?: AbortSignal
}

/** An answer that is no success and is not tried again. */
export class ConfluentRefusal extends EndcapError {
  readonly httpStatus: number

  constructor(httpStatus: number, message: string, remedy: string) {
    super('ENGINE_FAILED', message, { place: 'confluent flink', remedy })
    this.name = 'ConfluentRefusal'
    this.httpStatus = httpStatus
  }
}

const TIMEOUT_MS = 30_000

/**
 * One call of the statements API with its tries: the parsed answer, undefined if there is none. Safe to repeat are all
 * of them, since a statement's name is the caller's. Nothing of the key is in any error.
 * @throws ConfluentRefusal for an answer that trying again does not change; EndcapError ENGINE_UNAVAILABLE if no try
 * was answered well; the signal's reason when aborted
 */
export async function confluentRequest(
  connection: ConfluentConnection,
  call: ConfluentCall,
): Promise<unknown> {
  const { retry: policy = RETRY, clock = systemClock, random = Math.random } = connection
  for (let attempt = 1; ; attempt++) {
    const outcome = await tryOnce(connection, call)
    if (outcome.kind === 'answer') return outcome.body
    if (attempt > policy.retries) throw exhausted(connection, call, outcome, attempt)
    const afterMs = retryAfterMs(outcome.retryAfter, clock())
    const pauseMs = pauseBefore(attempt, { policy, retryAfterMs: afterMs, draw: random() })
    await sleep(pauseMs, undefined, call.signal === undefined ? {} : { signal: call.signal })
  }
}

type Outcome =
  | { readonly kind: 'answer'; readonly body: unknown }
  | {
      readonly kind: 'again'
      readonly reason: string
      readonly retryAfter: string | null
      readonly cause?: unknown
    }

async function tryOnce(connection: ConfluentConnection, call: ConfluentCall): Promise<Outcome> {
  const { timeoutMs = TIMEOUT_MS } = connection
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = call.signal === undefined ? timeout : AbortSignal.any([call.signal, timeout])
  try {
    const response = await fetch(urlOf(connection, call), { ...requestOf(connection, call), signal })
    const text = await response.text()
    if (response.ok) return { kind: 'answer', body: text === '' ? undefined : parsed(text, call) }
    const said = clean(connection, errorText(text))
    if (!isTransient(response.status)) throw refusal(response.status, said, call)
    const reason = `HTTP ${response.status}${said === '' ? '' : `: ${said}`}`
    return { kind: 'again', reason, retryAfter: response.headers.get('retry-after') }
  } catch (cause) {
    if (cause instanceof EndcapError) throw cause
    if (call.signal?.aborted === true) throw call.signal.reason
    const reason = timeout.aborted ? `no answer within ${timeoutMs} ms` : 'nothing answers'
    return { kind: 'again', reason, retryAfter: null, cause }
  }
}

function urlOf(
  { endpoint, organizationId, environmentId }: ConfluentConnection,
  { path, query = {} }: ConfluentCall,
): URL {
  const base = `/sql/v1/organizations/${encodeURIComponent(organizationId)}/environments/${encodeURIComponent(environmentId)}`
  if (!URL.canParse(endpoint)) {
    throw new EndcapError('USAGE', `'${endpoint}' is no address`, {
      place: SETTINGS.endpoint,
      remedy: `Set ${SETTINGS.endpoint} to https://flink.<region>.<provider>.confluent.cloud.`,
    })
  }
  const url = new URL(`${base}${path}`, endpoint)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url
}

function requestOf({ apiKey, apiSecret }: ConfluentConnection, { method, body }: ConfluentCall): RequestInit {
  const authorization = `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}`
  const json = body === undefined ? {} : { 'content-type': 'application/json' }
  return {
    method,
    headers: { authorization, accept: 'application/json', ...json },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }
}

function parsed(text: string, { what }: ConfluentCall): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new EndcapError('ENGINE_FAILED', `${what}: the answer is no JSON`, {
      place: 'confluent flink',
      cause,
      remedy: `Check that ${SETTINGS.endpoint} is the Flink endpoint of the region.`,
    })
  }
}

/** `title: detail` of each error of an answer, else the text itself. */
function errorText(text: string): string {
  try {
    const errors = listField(JSON.parse(text), 'errors').map((error) =>
      [field(error, 'title'), field(error, 'detail')].filter((part) => typeof part === 'string').join(': '),
    )
    return errors.length > 0 ? errors.join('; ') : text.slice(0, MAX_TEXT)
  } catch {
    return text.slice(0, MAX_TEXT)
  }
}

const MAX_TEXT = 500

/** Whatever the server repeats: neither the key nor its secret, in the clear or encoded. */
function clean({ apiKey, apiSecret }: ConfluentConnection, text: string): string {
  const secrets = [Buffer.from(`${apiKey}:${apiSecret}`).toString('base64'), apiSecret, apiKey]
  return secrets.reduce((all, secret) => (secret === '' ? all : all.replaceAll(secret, '***')), text)
}

/** What to put right, by what the service refused. */
const REMEDIES: Readonly<Record<number, string>> = {
  400: 'Correct what the message names.',
  401: `Set ${SETTINGS.apiKey} and ${SETTINGS.apiSecret} to a key of the Flink region that has not been deleted.`,
  403: `Give the key’s account the role FlinkDeveloper in ${SETTINGS.environmentId}, and Assigner of the account in ${SETTINGS.principal}.`,
  404: `Check the name, ${SETTINGS.organizationId}, ${SETTINGS.environmentId} and the region in ${SETTINGS.endpoint}.`,
  409: 'A statement of that name is there with another text, or has changed meanwhile: names end with the hash of their text.',
  422: `Check the statement’s text and ${SETTINGS.computePoolId}.`,
}

const refusal = (status: number, said: string, { what }: ConfluentCall): ConfluentRefusal =>
  new ConfluentRefusal(
    status,
    `${what}: HTTP ${status}${said === '' ? '' : `: ${said}`}`,
    REMEDIES[status] ?? 'See the message.',
  )

function exhausted(
  { endpoint }: ConfluentConnection,
  { what }: ConfluentCall,
  outcome: Extract<Outcome, { kind: 'again' }>,
  attempts: number,
): EndcapError {
  return new EndcapError(
    'ENGINE_UNAVAILABLE',
    `${what}: ${outcome.reason}, ${attempts} tries at ${new URL(endpoint).origin}`,
    {
      place: 'confluent flink',
      cause: outcome.cause,
      remedy: `Check ${SETTINGS.endpoint} and the way to it; Confluent’s status page tells of outages.`,
    },
  )
}
