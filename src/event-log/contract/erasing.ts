import type { RecordValue, Source } from '../../algebra/source.ts'
import { BAD_JSON, bodyWithout, eventBytes, parseBody } from './body-format.ts'
import { type DeadLetter, DUPLICATE, ERASED } from './event-log.ts'
import type { LoggedBody } from './log-record.ts'
import { splitTopic } from './split-topic.ts'

/** Tells what is somebody's who is to be erased, or was. */
export type Belongings = {
  /** Whether a record that counts, or would count, is theirs. */
  readonly owns: (topic: string, value: RecordValue) => boolean
  /** Whether text of something that never counted names them: an id of theirs is a word of it. */
  readonly isNamedIn: (text: string) => boolean
}

/** A body without what was theirs, and what that was. */
export type ErasedBody = {
  readonly body: LoggedBody
  /** Topics of the records that were taken out, by place among the body's records. */
  readonly records: ReadonlyMap<number, string>
  /** Duplicates and refused events that were taken out. */
  readonly others: number
}

/**
 * Takes somebody's events out of a body: of records the offset stays, of all others the place.
 * @param sources what status bytes number
 * @returns null if there is nothing of theirs in it
 */
export function erasedBody(
  logged: LoggedBody,
  sources: readonly Source[],
  theirs: Belongings,
): ErasedBody | null {
  const { body, format, statuses } = logged
  const events = parseBody(body, format)
  const changed = Uint8Array.from(statuses)
  const records = new Map<number, string>()
  const taken = new Set(namedIndexes(logged, events, theirs))
  const others = taken.size
  let place = 0
  for (const [index, status] of statuses.entries()) {
    if (status >= DUPLICATE) continue
    const topic = sources[status]?.name
    const value = splitTopic(events[index])?.value
    if (topic !== undefined && value !== undefined && theirs.owns(topic, value)) {
      records.set(place, topic)
      changed[index] = ERASED
      taken.add(index)
    }
    place += 1
  }
  if (taken.size === 0 && !isNamedBesideEvents(logged, theirs)) return null
  const rest = bodyWithout(body, format, events, taken)
  return { body: { ...logged, statuses: changed, body: rest }, records, others }
}

/** What an erased dead letter leaves: its number. */
export const erasedLetter = ({ sequence, arrivedAt, index, settledAt }: DeadLetter): DeadLetter => ({
  sequence,
  arrivedAt,
  index,
  topic: null,
  reason: 'erased',
  field: null,
  settledAt,
  bytes: new Uint8Array(),
})

/** Text of an event as sent and, where it is JSON, as it is without escapes. */
export function namingText(bytes: Uint8Array, event: unknown): string {
  const sent = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return event === BAD_JSON ? sent : `${sent}\n${JSON.stringify(event)}`
}

/** Of what never counted: the events that name them. */
function namedIndexes(
  { body, format, statuses }: LoggedBody,
  events: readonly unknown[],
  theirs: Belongings,
): readonly number[] {
  const others = Array.from(statuses.keys()).filter((index) => (statuses[index] ?? 0) >= DUPLICATE)
  const sent = eventBytes(body, format, events, others)
  return others.filter((index, place) => {
    const bytes = sent[place]
    return bytes !== undefined && theirs.isNamedIn(namingText(bytes, events[index]))
  })
}

/** Whether a member beside `events` names them. */
function isNamedBesideEvents({ body, format }: LoggedBody, theirs: Belongings): boolean {
  if (format === 'ndjson') return false
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
  const whole: unknown = JSON.parse(text)
  if (whole === null || typeof whole !== 'object' || !('events' in whole)) return false
  return Array.isArray(whole.events) && theirs.isNamedIn(JSON.stringify({ ...whole, events: [] }))
}
