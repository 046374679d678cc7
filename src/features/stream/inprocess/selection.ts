import type { LoggedRecord } from '../../../algebra/source.ts'
import type { BodyFormat } from '../../../event-log/contract/body-format.ts'
import {
  DUPLICATE,
  type LogEntry,
  OWN_INSTANT,
  REFUSED,
  type RefusedEvent,
} from '../../../event-log/contract/event-log.ts'
import { type EventJudge, isSound, type Judgement } from './event-judge.ts'
import type { IdSet } from './id-set.ts'

/** What became of an event that did not count. */
export type EventResult =
  | { readonly index: number; readonly status: 'duplicate' }
  | {
      readonly index: number
      readonly status: 'refused'
      readonly reason: string
      readonly field: string | null
    }

/** A body whose events were judged one by one. */
export type Judged = {
  readonly body: Uint8Array
  readonly format: BodyFormat
  /** Epoch ms. */
  readonly arrivedAt: number
  /** Epoch ms, or `OWN_INSTANT`. */
  readonly loggedAt: number
  readonly judgements: readonly Judgement[]
  /** Dead letters that the body settles, by sequence number. */
  readonly settles?: readonly number[]
}

export type Selection = {
  readonly entry: LogEntry
  /** What the state will hold, with offsets. */
  readonly accepted: readonly LoggedRecord[]
  readonly results: readonly EventResult[]
}

/**
 * Marks the duplicates among sound events, and gives what the log and the state will hold. Takes the ids in.
 * @param firstOffset offset of the first that counts
 */
export function select(
  { body, format, arrivedAt, loggedAt, judgements, settles }: Judged,
  firstOffset: number,
  { judge, ids }: { readonly judge: EventJudge; readonly ids: IdSet },
): Selection {
  const statuses = new Uint8Array(judgements.length)
  const hashes: bigint[] = []
  const accepted: LoggedRecord[] = []
  const results: EventResult[] = []
  const refused: RefusedEvent[] = []
  let newestLoggedAt = 0
  for (const [index, judgement] of judgements.entries()) {
    if (!isSound(judgement)) {
      const { topic, reason, field } = judgement
      statuses[index] = REFUSED
      refused.push({ index, topic, reason, field })
      results.push({ index, status: 'refused', reason, field })
      continue
    }
    const hash = judge.idHash(judgement)
    if (!ids.add(hash)) {
      statuses[index] = DUPLICATE
      results.push({ index, status: 'duplicate' })
      continue
    }
    const { topicNumber, value } = judgement
    const at = loggedAt === OWN_INSTANT ? judge.instantOf(judgement) : loggedAt
    newestLoggedAt = Math.max(newestLoggedAt, at)
    statuses[index] = topicNumber
    hashes.push(hash)
    const topic = judge.topicName(topicNumber)
    accepted.push({ topic, partition: 0, offset: firstOffset + accepted.length, loggedAt: at, value })
  }
  const idHashes = BigUint64Array.from(hashes)
  return {
    entry: {
      body,
      format,
      arrivedAt,
      loggedAt,
      newestLoggedAt,
      statuses,
      idHashes,
      refused,
      ...(settles === undefined ? {} : { settles }),
    },
    accepted,
    results,
  }
}
