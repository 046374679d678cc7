import { EndcapError } from '../../../core/errors.ts'
import { field } from '../../../core/http/answer-fields.ts'

const MAX_CAUSE = 500

/** The innermost cause that a Java stack trace names, else its first line. */
export function rootCause(trace: string): string {
  const causes = [...trace.matchAll(/^Caused by: (.+(?:\n(?!\s+at |\s*\.\.\. |Caused by: ).+)*)/gm)]
  const last = causes.at(-1)?.[1]
  const text = last ?? trace.split('\n').find((line) => line.trim() !== '' && !/^\s+at /.test(line)) ?? trace
  const line = text
    .replace(/^([\w$]+\.)+(?=[A-Z])/, '')
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > MAX_CAUSE ? `${line.slice(0, MAX_CAUSE)}...` : line
}

/** ENGINE_FAILED that says what was tried and the root cause; the whole Java stack is its cause's. */
export function flinkFailure(what: string, trace: string): EndcapError {
  const reason = rootCause(trace)
  const cause = new Error(reason)
  cause.stack = trace
  return new EndcapError('ENGINE_FAILED', `${what}: ${reason}`, { place: 'flink', cause })
}

/** The texts inside an error answer: `{errors: [...]}`. */
function errorTexts(body: unknown): string {
  if (typeof body === 'object' && body !== null && 'errors' in body && Array.isArray(body.errors)) {
    return body.errors.map(String).join('\n')
  }
  return typeof body === 'string' ? body : JSON.stringify(body)
}

export type FlinkRequest = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly body?: unknown
  readonly signal?: AbortSignal
  /** Said in the error: what was tried. */
  readonly what: string
}

/**
 * The parsed JSON answer, of unknown shape.
 * @throws EndcapError ENGINE_UNAVAILABLE if nothing answers; ENGINE_FAILED with the root cause for an error status
 */
export async function flinkRequest(request: FlinkRequest): Promise<unknown> {
  const { method = 'GET', url, body, signal, what } = request
  let response: Response
  try {
    response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason
    throw new EndcapError('ENGINE_UNAVAILABLE', `${what}: nothing answers at ${new URL(url).origin}`, {
      place: 'flink',
      cause,
    })
  }
  const text = await response.text()
  const parsed = parseJson(text)
  if (response.ok) return parsed
  throw flinkFailure(what, errorTexts(parsed))
}

function parseJson(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A field of an answer. @throws EndcapError ENGINE_FAILED if it is not text */
export function textField(answer: unknown, name: string): string {
  const value = field(answer, name)
  if (typeof value === 'string') return value
  throw new EndcapError('ENGINE_FAILED', `the answer has no text '${name}': ${JSON.stringify(answer)}`, {
    place: 'flink',
  })
}
