import { setTimeout as sleep } from 'node:timers/promises'
import { EndcapError, ERRORS, type ErrorCode } from '../../core/errors.ts'
import type { EventSink, Outcomes } from './event-sink.ts'
import { SendAhead } from './send-ahead.ts'

export type HttpTarget = {
  /** `http://host:port` of a running server. */
  readonly url: string
  readonly apiKey?: string
  /** How long to go on trying while the server has no room or does not answer. */
  readonly giveUpMs?: number
}

/** Well below what a server takes: 10,000 events and 8 MiB. */
const BATCH = { items: 2000, size: 2_000_000 } as const
const GIVE_UP_MS = 60_000
const FIRST_WAIT_MS = 200
const LONGEST_WAIT_MS = 5000

type Answer = {
  readonly accepted: number
  readonly duplicates: number
  readonly refused: number
  readonly results: readonly { readonly status: string; readonly reason?: string }[]
}

/**
 * Posts events to a running server. While it says that it has no room (429, 503) or the connection breaks, the same body
 * is sent again: what it took in already are then duplicates.
 */
export function httpSink({ url, apiKey, giveUpMs = GIVE_UP_MS }: HttpTarget): EventSink {
  const endpoint = `${url.replace(/[/]+$/, '')}/v1/events`
  const headers = {
    'content-type': 'application/x-ndjson',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  }
  const sums = { accepted: 0, duplicates: 0, refused: 0 }
  const refusals: Record<string, number> = {}
  let hasAnswered = false
  const ahead = new SendAhead<string>(BATCH, async (lines) => {
    const request = { method: 'POST', headers, body: lines.join('\n') }
    const answer = await untilTaken(endpoint, request, { giveUpMs, hasAnswered })
    hasAnswered = true
    sums.accepted += answer.accepted
    sums.duplicates += answer.duplicates
    sums.refused += answer.refused
    for (const { status, reason = 'unknown' } of answer.results) {
      if (status === 'refused') refusals[reason] = (refusals[reason] ?? 0) + 1
    }
  })
  return {
    write: ({ value }) => {
      const line = JSON.stringify(value)
      return ahead.add(line, line.length)
    },
    finish: async (): Promise<Outcomes> => {
      await ahead.finish()
      return { ...sums, refusals }
    },
    close: async () => {},
  }
}

type Patience = {
  readonly giveUpMs: number
  /** Where nobody has ever answered there is nothing to wait for. */
  readonly hasAnswered: boolean
}

async function untilTaken(
  endpoint: string,
  request: RequestInit,
  { giveUpMs, hasAnswered }: Patience,
): Promise<Answer> {
  const giveUpAt = performance.now() + giveUpMs
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, 2 * waitMs)) {
    const outcome = await attempt(endpoint, request)
    if (outcome.kind === 'taken') return outcome.answer
    const pauseMs = Math.max(waitMs, outcome.retryAfterMs)
    const isRetryable = outcome.kind === 'full' || (outcome.kind === 'broken' && hasAnswered)
    if (!isRetryable || performance.now() + pauseMs > giveUpAt) throw outcome.error
    await sleep(pauseMs)
  }
}

type Attempt =
  | { readonly kind: 'taken'; readonly answer: Answer }
  | {
      /** No room now, an answer that will not change, or no answer. */
      readonly kind: 'full' | 'refused' | 'broken'
      readonly error: EndcapError
      readonly retryAfterMs: number
    }

async function attempt(endpoint: string, request: RequestInit): Promise<Attempt> {
  try {
    const response = await fetch(endpoint, request)
    if (response.ok) return { kind: 'taken', answer: (await response.json()) as Answer }
    return {
      kind: response.status === 429 || response.status === 503 ? 'full' : 'refused',
      error: await errorOf(endpoint, response),
      retryAfterMs: 1000 * Number(response.headers.get('retry-after') ?? 0) || 0,
    }
  } catch (cause) {
    const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause)
    const error = new EndcapError('ENGINE_UNAVAILABLE', `no answer from ${endpoint}: ${why}`, {
      cause,
      remedy: 'Start the server with `endcap serve --data-dir DIR`, or correct --to.',
    })
    return { kind: 'broken', error, retryAfterMs: 0 }
  }
}

/** The problem that the server names, under its own code. */
async function errorOf(endpoint: string, response: Response): Promise<EndcapError> {
  const text = await response.text()
  const { code, detail } = problemOf(text)
  const known = Object.keys(ERRORS).find((name): name is ErrorCode => name === code)
  return new EndcapError(
    known ?? 'ENGINE_FAILED',
    `${endpoint} answers ${response.status}: ${detail ?? text}`,
  )
}

function problemOf(text: string): { readonly code?: unknown; readonly detail?: unknown } {
  try {
    const problem: unknown = JSON.parse(text)
    return problem !== null && typeof problem === 'object' ? problem : {}
  } catch {
    return {}
  }
}
