import type { DeadLetter, EventLog } from './event-log.ts'

/** Which dead letters are wanted; what is not said does not matter. */
export type DeadLetterFilter = {
  readonly topic?: string
  readonly reason?: string
  /** Sequence numbers: from this one on, and at most so many. */
  readonly from?: number
  readonly limit?: number
  /** Also those whose events were taken in after all. */
  readonly withSettled?: boolean
}

/** The dead letters that are wanted, in the order in which they came. */
export async function* wantedDeadLetters(
  log: Pick<EventLog, 'deadLetters'>,
  { topic, reason, from = 0, limit = Infinity, withSettled = false }: DeadLetterFilter,
): AsyncGenerator<DeadLetter> {
  let count = 0
  if (limit <= 0) return
  for await (const letter of log.deadLetters(from)) {
    if (!withSettled && letter.settledAt !== null) continue
    if (topic !== undefined && letter.topic !== topic) continue
    if (reason !== undefined && letter.reason !== reason) continue
    yield letter
    count += 1
    if (count >= limit) return
  }
}

/** The same, all of them at once. */
export async function allWantedDeadLetters(
  log: Pick<EventLog, 'deadLetters'>,
  filter: DeadLetterFilter,
): Promise<readonly DeadLetter[]> {
  const found: DeadLetter[] = []
  for await (const letter of wantedDeadLetters(log, filter)) found.push(letter)
  return found
}

/** A dead letter as people read it: the event as text, in base64 where it is none. */
export const deadLetterOnWire = (letter: DeadLetter) => {
  const text = Buffer.from(letter.bytes).toString('utf8')
  const isText = Buffer.from(text, 'utf8').equals(letter.bytes)
  return {
    sequence: letter.sequence,
    arrived_at: letter.arrivedAt,
    index: letter.index,
    topic: letter.topic,
    reason: letter.reason,
    field: letter.field,
    settled_at: letter.settledAt,
    ...(isText ? { event: text } : { event_base64: Buffer.from(letter.bytes).toString('base64') }),
  }
}
