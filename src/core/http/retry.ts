/** When a request is tried again, and after how long. */
export type RetryPolicy = {
  /** Tries after the first one. */
  readonly retries: number
  /** Pause before the first of them; doubles with each. */
  readonly pauseMs: number
  /** No pause is longer, whatever the server says. */
  readonly maxPauseMs: number
}

export const RETRY: RetryPolicy = { retries: 5, pauseMs: 500, maxPauseMs: 60_000 }

/** Too many requests, and what a gateway says when it or what is behind it is not well. */
export const isTransient = (status: number): boolean => status === 429 || (status >= 500 && status !== 501)

/**
 * Pause before try number `attempt` (1 is the first one after the failure): what the server asks for, else doubling,
 * either with up to half of it left to chance so that many clients do not come back at once.
 * @param draw from 0 to below 1
 */
export function pauseBefore(
  attempt: number,
  {
    policy,
    retryAfterMs,
    draw,
  }: { readonly policy: RetryPolicy; readonly retryAfterMs: number | null; readonly draw: number },
): number {
  const { pauseMs, maxPauseMs } = policy
  if (retryAfterMs !== null) return Math.min(maxPauseMs, Math.ceil(retryAfterMs * (1 + draw / 2)))
  return Math.ceil(Math.min(maxPauseMs, pauseMs * 2 ** (attempt - 1)) * (0.5 + draw / 2))
}

/** `Retry-After` in milliseconds: seconds or a date. Null if there is none that can be read. */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null
  if (/^\d{1,6}$/.test(header.trim())) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs)
}
