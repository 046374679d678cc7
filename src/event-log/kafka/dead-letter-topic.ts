import type { DeadLetter } from '../contract/event-log.ts'
import type { KafkaMessage, KafkaRecord } from './kafka-types.ts'
import { DEAD_LETTERS } from './shop-topics.ts'

/** Topic in the key of what was refused before it came to a topic. */
const EDGE = 'edge'

/** Key of a dead letter: where its bytes lie in the log, or lay at the edge. */
export const deadLetterKey = (topic: string, partition: number, offset: number): string =>
  `${topic}-${partition}-${offset}`

export const edgeKey = (sequence: number): string => deadLetterKey(EDGE, 0, sequence)

/** The head of a dead letter goes into one header, the value is what was sent, to the byte. */
const HEAD = 'endcap-dead-letter'
const SETTLED = 'endcap-settled-at'

export function deadLetterRecord(topicPrefix: string, key: string, letter: DeadLetter): KafkaRecord {
  const { sequence: _sequence, settledAt: _settledAt, bytes, ...head } = letter
  return {
    topic: `${topicPrefix}${DEAD_LETTERS}`,
    partition: 0,
    key,
    value: bytes,
    timestampMs: letter.arrivedAt,
    headers: { [HEAD]: Buffer.from(JSON.stringify(head)) },
  }
}

/** A later record of the same key: its event was taken in after all. */
export const settlingRecord = (topicPrefix: string, key: string, settledAt: number): KafkaRecord => ({
  topic: `${topicPrefix}${DEAD_LETTERS}`,
  partition: 0,
  key,
  value: '',
  timestampMs: settledAt,
  headers: { [SETTLED]: Buffer.from(String(settledAt)) },
})

/**
 * Dead letters in the order in which their keys first came, which numbers them; the same letter written twice, after
 * a failure, is one.
 */
export async function deadLettersOfTopic(
  messages: AsyncIterable<KafkaMessage>,
): Promise<ReadonlyMap<string, DeadLetter>> {
  const letters = new Map<string, DeadLetter>()
  for await (const { key, value, headers } of messages) {
    const id = key?.toString('utf8') ?? ''
    const known = letters.get(id)
    const { [SETTLED]: settled, [HEAD]: head } = headers
    if (known !== undefined && settled !== undefined) {
      letters.set(id, { ...known, settledAt: Number(settled.toString('utf8')) })
    } else if (known === undefined && head !== undefined) {
      const told: Omit<DeadLetter, 'sequence' | 'bytes' | 'settledAt'> = JSON.parse(head.toString('utf8'))
      letters.set(id, { ...told, sequence: letters.size, settledAt: null, bytes: value ?? new Uint8Array() })
    }
  }
  return letters
}
