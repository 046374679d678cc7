import { EndcapError, ERRORS, type ErrorCode } from '../core/errors.ts'

/** A problem document: what happened, with which values, what to do. @source RFC 9457 */
export type Problem = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ErrorCode
  readonly remedy: string
  readonly retryable: boolean
  readonly request_id: string
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

/** What a caller may want to wait before it tries again, s; null where nothing suggests a time. */
export const retryAfterS = (code: ErrorCode): number | null =>
  code === 'NOT_READY' || code === 'RATE_LIMITED' ? 1 : null

/** The document for any error. Of errors that are not ours only the code is told: details stay in the log. */
export function problemOf(error: unknown, requestId: string): Problem {
  const known = error instanceof EndcapError ? error : asEndcapError(error)
  return {
    type: `urn:endcap:error:${known.code}`,
    title: known.code.toLowerCase().replaceAll('_', ' '),
    status: ERRORS[known.code].status,
    detail: known.message,
    code: known.code,
    remedy: known.remedy,
    retryable: known.retryable,
    request_id: requestId,
  }
}

/** Errors of the HTTP framework carry a status; anything else is a bug of ours. */
function asEndcapError(error: unknown): EndcapError {
  const status = statusOf(error)
  const message = error instanceof Error ? error.message : 'unknown error'
  if (status === 413) return new EndcapError('PAYLOAD_TOO_LARGE', message, { cause: error })
  if (status === 415) return new EndcapError('UNSUPPORTED_MEDIA_TYPE', message, { cause: error })
  if (status === 404) return new EndcapError('NOT_FOUND', message, { cause: error })
  if (status === 503) {
    return new EndcapError('NOT_READY', message, { cause: error, remedy: 'Send it again in a moment.' })
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return new EndcapError('BAD_REQUEST', message, { cause: error })
  }
  return new EndcapError('INTERNAL', 'the request failed inside', { cause: error })
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined
  return typeof error.statusCode === 'number' ? error.statusCode : undefined
}
