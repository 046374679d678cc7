import { EndcapError } from '../../core/errors.ts'

/** How a body holds its events: a JSON array (or `{"events": [...]}`, or one object), or one JSON text a line. */
export const BODY_FORMATS = ['json', 'ndjson'] as const
export type BodyFormat = (typeof BODY_FORMATS)[number]

/** Stands for a line that is not JSON. */
export const BAD_JSON: unique symbol = Symbol('not JSON')

/**
 * The events of a body, parsed, in order; `BAD_JSON` for a line that is not JSON. Blank lines are no events.
 * @throws EndcapError BAD_REQUEST if the body is not JSON, or neither an array nor an object
 */
export function parseBody(body: Uint8Array, format: BodyFormat): readonly unknown[] {
  const text = textOf(body)
  if (format === 'ndjson') return lines(text).map(parseLine)
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw new EndcapError('BAD_REQUEST', `the body is not JSON: ${messageOf(cause)}`, { cause })
  }
  if (Array.isArray(parsed)) return parsed
  if (parsed === null || typeof parsed !== 'object') {
    throw new EndcapError('BAD_REQUEST', 'the body is neither an array of events nor an object')
  }
  if ('events' in parsed && Array.isArray(parsed.events)) return inEnvelope(parsed.events, parsed)
  return [parsed]
}

/**
 * The bytes of some events of a body, as they were sent.
 * @param events what `parseBody` gave for the body
 * @param indexes ascending
 */
export function eventBytes(
  body: Uint8Array,
  format: BodyFormat,
  events: readonly unknown[],
  indexes: readonly number[],
): readonly Uint8Array[] {
  if (indexes.length === 0) return []
  const spans = format === 'ndjson' ? lineSpans(body) : elementSpans(body)
  if (spans.length === events.length) {
    return indexes.map((index) => body.subarray(...(spans[index] ?? [0, 0])))
  }
  // One object is the event; of `{"events": ...}` among other members the event is written again.
  if (events.length === 1 && format === 'json') return [body]
  return indexes.map((index) => Buffer.from(JSON.stringify(events[index]) ?? 'null'))
}

/** Stands in a body for an event that was taken out, so that the others keep their places. */
const NOTHING = Buffer.from('null')

/**
 * The body without some of its events, in whose places stands `null`; the others byte for byte as they were.
 * What a JSON body has beside its events goes too.
 */
export function bodyWithout(
  body: Uint8Array,
  format: BodyFormat,
  events: readonly unknown[],
  taken: ReadonlySet<number>,
): Uint8Array {
  const indexes = Array.from(events.keys())
  const kept = eventBytes(body, format, events, indexes).map((bytes, index) =>
    taken.has(index) ? NOTHING : bytes,
  )
  const [opening, between, closing] = format === 'json' ? ['[', ',', ']'] : ['', '\n', '']
  const parts = kept.flatMap((bytes, index) => (index === 0 ? [bytes] : [Buffer.from(between), bytes]))
  return Buffer.concat([Buffer.from(opening), ...parts, Buffer.from(closing)])
}

/** What Google Analytics' Measurement Protocol says once for all events of a body. */
const OF_ENVELOPE = ['client_id', 'user_id', 'timestamp_micros'] as const

/** Events with parameters get what the envelope says of them, where they do not say it themselves. */
function inEnvelope(events: readonly unknown[], envelope: object): readonly unknown[] {
  const common = Object.fromEntries(
    Object.entries(envelope).filter(([name]) => OF_ENVELOPE.some((member) => member === name)),
  )
  if (Object.keys(common).length === 0) return events
  return events.map((event) =>
    typeof event === 'object' && event !== null && 'params' in event ? { ...common, ...event } : event,
  )
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return BAD_JSON
  }
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '')

const textOf = (body: Uint8Array): string =>
  Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

type Span = [start: number, end: number]

const [NEWLINE, QUOTE, BACKSLASH, COMMA] = [0x0a, 0x22, 0x5c, 0x2c]
const OPENING = new Set([0x5b, 0x7b])
const CLOSING = new Set([0x5d, 0x7d])
const BLANK = new Set([0x20, 0x09, 0x0a, 0x0d])

function lineSpans(body: Uint8Array): Span[] {
  const spans: Span[] = []
  for (let start = 0; start < body.length; ) {
    const newline = body.indexOf(NEWLINE, start)
    const end = newline < 0 ? body.length : newline
    const span = trimmed(body, start, end)
    if (span[0] < span[1]) spans.push(span)
    start = end + 1
  }
  return spans
}

const ARRAY_PREFIX = /^\s*(\{\s*"events"\s*:\s*)?$/

/** Spans of the elements of the array that a well-formed JSON text is, or has as first member `events`. */
function elementSpans(body: Uint8Array): Span[] {
  const first = body.indexOf(0x5b)
  if (first < 0 || !ARRAY_PREFIX.test(textOf(body.subarray(0, first)))) return []
  const spans: Span[] = []
  let depth = 0
  let start = first + 1
  for (let at = first; at >= 0 && at < body.length; at += 1) {
    const byte = body[at] ?? 0
    if (byte === QUOTE) at = endOfString(body, at)
    else if (OPENING.has(byte)) depth += 1
    else if (byte === COMMA && depth === 1) {
      spans.push(trimmed(body, start, at))
      start = at + 1
    } else if (CLOSING.has(byte)) {
      depth -= 1
      if (depth === 0) {
        const last = trimmed(body, start, at)
        return last[0] < last[1] ? [...spans, last] : spans
      }
    }
  }
  return spans
}

/** Place of the closing quote of the string that opens at `at`. */
function endOfString(body: Uint8Array, at: number): number {
  let end = at + 1
  while (end < body.length && body[end] !== QUOTE) end += body[end] === BACKSLASH ? 2 : 1
  return end
}

function trimmed(body: Uint8Array, from: number, to: number): Span {
  let [start, end] = [from, to]
  while (start < end && BLANK.has(body[start] ?? 0)) start += 1
  while (end > start && BLANK.has(body[end - 1] ?? 0)) end -= 1
  return [start, end]
}
