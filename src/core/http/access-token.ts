import { type Clock, systemClock } from '../clock.ts'
import { EndcapError } from '../errors.ts'
import { field } from './answer-fields.ts'
import type { RestClient } from './rest-client.ts'

/** Gives a token that is valid now. */
export type TokenSource = (signal?: AbortSignal) => Promise<string>

/** A form that a token is asked for with, and where. */
export type TokenRequest = {
  readonly client: RestClient
  readonly path: string
  /** Asked anew for each token, since what is exchanged is itself a token that ends. */
  readonly form: () => Promise<Readonly<Record<string, string>>>
  /** Said in errors: what is wanted. */
  readonly what: string
  readonly place: string
}

/** A token is no longer given out when it has less than this left to live. */
const MARGIN_MS = 60_000
/** Where the answer does not say how long it lives. @source RFC 6749 5.1: `expires_in` is recommended */
const LIFE_MS = 300_000

/**
 * Tokens of an OAuth 2.0 endpoint, each kept until it is about to end; whoever asks meanwhile waits for the same one.
 * @source RFC 6749 4.4 (client credentials), RFC 8693 (token exchange)
 */
export function tokenSource(request: TokenRequest, clock: Clock = systemClock): TokenSource {
  let kept: { readonly token: string; readonly until: number } | undefined
  let asking: Promise<string> | undefined
  const ask = async (): Promise<string> => {
    const { client, path, form, what, place } = request
    const askedAt = clock()
    const body = new URLSearchParams({ ...(await form()) })
    const answer = await client.json({ method: 'POST', path, body, what, isRepeatable: true })
    const token = field(answer, 'access_token')
    const seconds = Number(field(answer, 'expires_in'))
    if (typeof token !== 'string' || token === '') {
      throw new EndcapError('ENGINE_FAILED', `${what}: the answer has no access_token`, { place })
    }
    const lifeMs = seconds > 0 ? seconds * 1000 : LIFE_MS
    kept = { token, until: askedAt + Math.max(lifeMs / 2, lifeMs - MARGIN_MS) }
    return token
  }
  return async (signal) => {
    if (kept !== undefined && clock() < kept.until) return kept.token
    asking ??= ask().finally(() => {
      asking = undefined
    })
    return abortable(asking, signal)
  }
}

/** One who gives up does not take the token from the others who wait. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort)
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
