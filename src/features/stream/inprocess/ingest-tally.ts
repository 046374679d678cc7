import type { Catalog } from '../../../catalog/catalog.ts'
import { DUPLICATE, REFUSED, type RefusedEvent } from '../../../event-log/contract/event-log.ts'
import { isSound, type Judgement } from './event-judge.ts'

/** Stands for the topic of events that have none of ours: what a caller wrote there is not repeated. */
export const NO_TOPIC = 'none'

/** What became of events since the process began. */
export type IngestCount =
  | { readonly outcome: 'accepted' | 'duplicate'; readonly topic: string; readonly count: number }
  | {
      readonly outcome: 'refused'
      /** A topic of the catalog, or `NO_TOPIC`. */
      readonly topic: string
      /** One of the fixed words for faults; never what was sent. */
      readonly reason: string
      readonly count: number
    }

/** Counts events by topic and outcome. */
export class IngestTally {
  readonly #topics: readonly string[]
  readonly #accepted: Float64Array
  readonly #duplicates: Float64Array
  /** By topic, then reason. */
  readonly #refused = new Map<string, Map<string, number>>()

  constructor(catalog: Catalog) {
    this.#topics = catalog.sources.map(({ name }) => name)
    this.#accepted = new Float64Array(this.#topics.length)
    this.#duplicates = new Float64Array(this.#topics.length)
  }

  /** @param statuses of the judgements, one by one, as the log keeps them */
  add(
    judgements: readonly Judgement[],
    { statuses, refused }: { readonly statuses: Uint8Array; readonly refused: readonly RefusedEvent[] },
  ): void {
    for (const [index, judgement] of judgements.entries()) {
      const status = statuses[index]
      if (!isSound(judgement) || status === REFUSED) continue
      const counts = status === DUPLICATE ? this.#duplicates : this.#accepted
      counts[judgement.topicNumber] = (counts[judgement.topicNumber] ?? 0) + 1
    }
    for (const { topic, reason } of refused) {
      const known = topic !== null && this.#topics.includes(topic) ? topic : NO_TOPIC
      const byReason = this.#refused.get(known) ?? new Map<string, number>()
      byReason.set(reason, (byReason.get(reason) ?? 0) + 1)
      this.#refused.set(known, byReason)
    }
  }

  /** Zero counts of accepted events and duplicates too, so that a rate can be seen from the first one on. */
  counts(): readonly IngestCount[] {
    return [
      ...this.#topics.flatMap((topic, number) => [
        { outcome: 'accepted', topic, count: this.#accepted[number] ?? 0 } as const,
        { outcome: 'duplicate', topic, count: this.#duplicates[number] ?? 0 } as const,
      ]),
      ...[...this.#refused].flatMap(([topic, byReason]) =>
        [...byReason].map(([reason, count]) => ({ outcome: 'refused', topic, reason, count }) as const),
      ),
    ]
  }
}
