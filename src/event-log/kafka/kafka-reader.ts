import { Consumer, ListOffsetTimestamps } from '@platformatic/kafka'
import { clientOptions } from './client-options.ts'
import { kafkaRequest } from './kafka-error.ts'
import { type Fetched, type FetchLimits, type FetchPlace, fetchRecords } from './kafka-fetch.ts'
import type { KafkaConnection, KafkaMessage, TopicOffsets } from './kafka-types.ts'

const LIMITS = { maxBytes: 8 * 1024 * 1024, maxWaitMs: 500 } as const

export type ReadOptions = {
  readonly topics: readonly string[]
  /** First offset to read, per partition. Default: the oldest that there is. */
  readonly from?: TopicOffsets
  /** Offset to stop before, per partition. Default: the end at the time of the call. */
  readonly to?: TopicOffsets
  readonly signal?: AbortSignal
}

type PartitionRange = { readonly partition: number; next: number; readonly end: number }

/**
 * Reads topics between given offsets. It joins no group and commits nothing: whoever reads keeps the offsets with
 * the state that comes from them. Close it after use.
 */
export class KafkaReader {
  readonly #consumer: Consumer
  readonly #limits: FetchLimits

  constructor(connection: KafkaConnection, limits: FetchLimits = LIMITS) {
    this.#limits = limits
    this.#consumer = new Consumer({
      ...clientOptions('reader', connection),
      groupId: 'endcap-reader-joins-no-group',
    })
  }

  /** The offset after the last record of each partition. @throws EndcapError ENGINE_FAILED */
  endOffsets(topics: readonly string[]): Promise<TopicOffsets> {
    return this.#offsets(topics, ListOffsetTimestamps.LATEST)
  }

  /** The oldest offset that each partition still has. @throws EndcapError ENGINE_FAILED */
  startOffsets(topics: readonly string[]): Promise<TopicOffsets> {
    return this.#offsets(topics, ListOffsetTimestamps.EARLIEST)
  }

  /**
   * The offset of the first record that was logged at or after `since` (epoch ms), per partition; the end if none was.
   * @throws EndcapError ENGINE_FAILED
   */
  async offsetsSince(topics: readonly string[], since: number): Promise<TopicOffsets> {
    const [found, ends] = [
      await this.#offsets(topics, BigInt(Math.max(0, since))),
      await this.endOffsets(topics),
    ]
    return new Map(
      [...ends].map(([topic, offsets]) => {
        const first = (partition: number): number => found.get(topic)?.[partition] ?? -1
        return [topic, offsets.map((end, partition) => (first(partition) < 0 ? end : first(partition)))]
      }),
    )
  }

  /** The greatest log time of each partition that has one, epoch ms. @throws EndcapError ENGINE_FAILED */
  async newestTimestamps(topics: readonly string[]): Promise<readonly number[]> {
    const found = await kafkaRequest(`find the newest of ${topics.join(', ')}`, () =>
      this.#consumer.listOffsetsWithTimestamps({ topics: [...topics], timestamp: ListOffsetTimestamps.MAX }),
    )
    return [...found.values()].flatMap((partitions) =>
      [...partitions.values()]
        .map(({ timestamp }) => Number(timestamp))
        .filter((timestamp) => timestamp >= 0),
    )
  }

  /** What there is now at these places, waiting a little for the first record. @throws EndcapError ENGINE_FAILED */
  poll(places: readonly FetchPlace[]): Promise<readonly Fetched[]> {
    return fetchRecords(this.#consumer, places, this.#limits)
  }

  /**
   * Every record in `[from, to)`, tombstones included: partition after partition, by offset within each.
   * Offsets that compaction has taken away are skipped.
   * @throws EndcapError ENGINE_FAILED; the signal's reason when aborted
   */
  async *read(options: ReadOptions): AsyncGenerator<KafkaMessage, void, undefined> {
    const from = options.from ?? (await this.startOffsets(options.topics))
    const to = options.to ?? (await this.endOffsets(options.topics))
    for (const topic of options.topics) {
      const ends = to.get(topic) ?? []
      for (const [partition, end] of ends.entries()) {
        const range = { partition, next: from.get(topic)?.[partition] ?? 0, end }
        yield* this.#readPartition(topic, range, options.signal)
      }
    }
  }

  close(): Promise<void> {
    return this.#consumer.close(true)
  }

  async *#readPartition(topic: string, range: PartitionRange, signal: AbortSignal | undefined) {
    while (range.next < range.end) {
      signal?.throwIfAborted()
      const place = { topic, partition: range.partition, offset: range.next }
      for (const { messages, next } of await fetchRecords(this.#consumer, [place], this.#limits)) {
        for (const message of messages) if (message.offset < range.end) yield message
        range.next = next
      }
    }
  }

  async #offsets(topics: readonly string[], timestamp: bigint): Promise<TopicOffsets> {
    const found = await kafkaRequest(`find offsets of ${topics.join(', ')}`, () =>
      this.#consumer.listOffsets({ topics: [...topics], timestamp }),
    )
    return new Map([...found].map(([topic, offsets]) => [topic, offsets.map(Number)]))
  }
}
