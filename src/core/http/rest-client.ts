import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../clock.ts'
import { EndcapError } from '../errors.ts'
import { type RestCall, RestRefusal, type RestService } from './rest-call.ts'
import { isTransient, pauseBefore, RETRY, retryAfterMs } from './retry.ts'

const TIMEOUT_MS = 30_000
const MAX_TEXT = 500

/**
 * Calls of one service, each with its tries: a busy service is asked again after a pause of its own or a growing one with
 * chance in it. Nothing of the credentials is in any error.
 */
export class RestClient {
  readonly #service: RestService

  constructor(service: RestService) {
    this.#service = service
  }

  get address(): string {
    return this.#service.address
  }

  /**
   * The parsed answer, undefined if there is none.
   * @throws RestRefusal for an answer that trying again does not change; EndcapError ENGINE_UNAVAILABLE if no try was
   *   answered well; USAGE for an address that is none; the signal's reason when aborted
   */
  async json(call: RestCall): Promise<unknown> {
    const text = new TextDecoder().decode(await this.bytes(call))
    if (text === '') return undefined
    try {
      return JSON.parse(text)
    } catch (cause) {
      const { place, setting } = this.#service
      throw new EndcapError('ENGINE_FAILED', `${call.what}: the answer is no JSON`, {
        place,
        cause,
        remedy: `Check that ${setting.name} is such as ${setting.example}.`,
      })
    }
  }

  /** The answer's bytes. @throws as `json` */
  async bytes(call: RestCall): Promise<Uint8Array> {
    const { retry: policy = RETRY, clock = systemClock, random = Math.random } = this.#service
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#tryOnce(call)
      if (outcome.kind === 'answer') return outcome.bytes
      if (attempt > policy.retries || !mayRepeat(call, outcome)) throw this.#exhausted(call, outcome, attempt)
      const afterMs = retryAfterMs(outcome.retryAfter, clock())
      const pauseMs = pauseBefore(attempt, { policy, retryAfterMs: afterMs, draw: random() })
      await sleep(pauseMs, undefined, call.signal === undefined ? {} : { signal: call.signal })
    }
  }

  async #tryOnce(call: RestCall): Promise<Outcome> {
    const timeoutMs = call.timeoutMs ?? this.#service.timeoutMs ?? TIMEOUT_MS
    const url = this.#urlOf(call)
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = call.signal === undefined ? timeout : AbortSignal.any([call.signal, timeout])
    try {
      const authorization = await this.#service.authorization?.(signal)
      const response = await fetch(url, { ...requestOf(call, authorization), signal })
      const bytes = await response.bytes()
      if (response.ok) return { kind: 'answer', bytes }
      return this.#unwell(call, response, new TextDecoder().decode(bytes))
    } catch (cause) {
      if (cause instanceof EndcapError) throw cause
      if (call.signal?.aborted === true) throw call.signal.reason
      const reason = timeout.aborted ? `no answer within ${timeoutMs} ms` : 'nothing answers'
      return { kind: 'again', reason, retryAfter: null, isCarriedOut: !isUnsent(cause), cause }
    }
  }

  #unwell(call: RestCall, { status, headers }: Response, text: string): Outcome {
    const { place, remedies, errorText } = this.#service
    const body = parsedOrUndefined(text)
    const said = this.#clean(errorText(body) ?? text.slice(0, MAX_TEXT))
    const reason = `HTTP ${status}${said === '' ? '' : `: ${said}`}`
    if (!isTransient(status)) {
      throw new RestRefusal({ httpStatus: status, body }, `${call.what}: ${reason}`, {
        place,
        remedy: remedies[status] ?? 'See the message.',
      })
    }
    return {
      kind: 'again',
      reason,
      retryAfter: headers.get('retry-after'),
      isCarriedOut: !TURNED_AWAY.has(status),
    }
  }

  #urlOf({ path, query = {} }: RestCall): URL {
    const { address, prefix = '', setting } = this.#service
    const base = address.replace(/\/+$/, '')
    if (!/^https?:\/\//.test(base) || !URL.canParse(base)) {
      throw new EndcapError('USAGE', `'${address}' is no address`, {
        place: setting.name,
        remedy: `Set ${setting.name} to ${setting.example}.`,
      })
    }
    const url = new URL(`${base}${prefix}${path}`)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return url
  }

  /** Whatever the server repeats, no secret is shown. */
  #clean(text: string): string {
    return (this.#service.secrets ?? []).reduce(
      (all, secret) => (secret === '' ? all : all.replaceAll(secret, '***')),
      text,
    )
  }

  #exhausted({ what }: RestCall, { reason, cause }: Again, attempts: number): EndcapError {
    const { place, address, unavailable } = this.#service
    const tries = attempts === 1 ? '' : `, ${attempts} tries`
    return new EndcapError('ENGINE_UNAVAILABLE', `${what}: ${reason}${tries} at ${new URL(address).origin}`, {
      place,
      cause,
      remedy: unavailable,
    })
  }
}

type Again = {
  readonly kind: 'again'
  readonly reason: string
  readonly retryAfter: string | null
  /** Perhaps: the service may have done it. */
  readonly isCarriedOut: boolean
  readonly cause?: unknown
}
type Outcome = { readonly kind: 'answer'; readonly bytes: Uint8Array } | Again

/** Statuses of requests that were not looked at. */
const TURNED_AWAY = new Set([429, 503])

function mayRepeat({ method, isRepeatable }: RestCall, { isCarriedOut }: Again): boolean {
  return !isCarriedOut || (isRepeatable ?? (method !== 'POST' && method !== 'PATCH'))
}

const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

/** Whether no connection came about. */
function isUnsent(cause: unknown): boolean {
  const inner = cause instanceof Error ? cause.cause : undefined
  return inner instanceof Error && 'code' in inner && UNSENT.has(String(inner.code))
}

function requestOf({ method, body, headers = {} }: RestCall, authorization: string | undefined): RequestInit {
  const content = contentOf(body)
  return {
    method,
    headers: {
      accept: 'application/json',
      ...(content === undefined ? {} : { 'content-type': content.type }),
      ...(authorization === undefined ? {} : { authorization }),
      ...headers,
    },
    ...(content === undefined ? {} : { body: content.body }),
  }
}

function contentOf(
  body: unknown,
): { readonly type: string; readonly body: string | Uint8Array<ArrayBuffer> | URLSearchParams } | undefined {
  if (body === undefined) return undefined
  if (body instanceof Uint8Array) return { type: 'application/octet-stream', body: new Uint8Array(body) }
  if (body instanceof URLSearchParams) return { type: 'application/x-www-form-urlencoded', body }
  return { type: 'application/json', body: JSON.stringify(body) }
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The header of a name and a password. */
export const basicAuthorization = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
