import { Consumer, FetchIsolationLevels, ListOffsetTimestamps, type RecordsBatch } from '@platformatic/kafka'
import { EndcapError } from '../../core/errors.ts'
import { kafkaRequest } from './kafka-error.ts'
import type { KafkaConnection, KafkaMessage, TopicOffsets } from './kafka-types.ts'

const CONTROL_BATCH = 1 << 5
const LOG_APPEND_TIME = 1 << 3
const FETCH_BYTES = 8 * 1024 * 1024

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

  constructor(connection: KafkaConnection) {
    this.#consumer = new Consumer({
      clientId: 'endcap-reader',
      groupId: 'endcap-reader-joins-no-group',
      bootstrapBrokers: [...connection.bootstrapBrokers],
      retries: connection.retries ?? 10,
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
      for (const batch of await this.#fetch(topic, range)) {
        const first = Number(batch.firstOffset)
        if ((batch.attributes & CONTROL_BATCH) === 0) {
          for (const message of messagesOf(topic, range.partition, batch)) {
            // A batch is fetched whole, also when the wanted offset lies inside it.
            if (message.offset >= range.next && message.offset < range.end) yield message
          }
        }
        range.next = Math.max(range.next, first + batch.lastOffsetDelta + 1)
      }
    }
  }

  /** The next batches of one partition; empty if the broker had none within its waiting time. */
  async #fetch(topic: string, range: PartitionRange): Promise<readonly RecordsBatch[]> {
    const what = `read topic '${topic}', partition ${range.partition}, from offset ${range.next}`
    return kafkaRequest(what, async () => {
      const metadata = await this.#consumer.metadata({ topics: [topic] })
      const found = metadata.topics.get(topic)
      const leader = found?.partitions[range.partition]?.leader
      if (found === undefined || leader === undefined) throw new Error('there is no such partition')
      const request = {
        partition: range.partition,
        fetchOffset: BigInt(range.next),
        partitionMaxBytes: FETCH_BYTES,
        currentLeaderEpoch: -1,
        lastFetchedEpoch: -1,
      }
      const response = await this.#consumer.fetch({
        node: leader,
        topics: [{ topicId: found.id, partitions: [request] }],
        maxBytes: FETCH_BYTES,
        maxWaitTime: 500,
        minBytes: 1,
        isolationLevel: FetchIsolationLevels.READ_COMMITTED,
      })
      const partitions = response.responses.flatMap((answer) => answer.partitions)
      if (partitions.some((answer) => (answer.abortedTransactions ?? []).length > 0)) {
        throw new EndcapError('ENGINE_FAILED', 'it holds aborted transactions, which this reader cannot skip')
      }
      return partitions.flatMap((answer) => answer.records ?? [])
    })
  }

  async #offsets(topics: readonly string[], timestamp: bigint): Promise<TopicOffsets> {
    const found = await kafkaRequest(`find offsets of ${topics.join(', ')}`, () =>
      this.#consumer.listOffsets({ topics: [...topics], timestamp }),
    )
    return new Map([...found].map(([topic, offsets]) => [topic, offsets.map(Number)]))
  }
}

function* messagesOf(topic: string, partition: number, batch: RecordsBatch): Generator<KafkaMessage> {
  const first = Number(batch.firstOffset)
  const appendedByLog = (batch.attributes & LOG_APPEND_TIME) !== 0
  for (const record of batch.records) {
    yield {
      topic,
      partition,
      offset: first + record.offsetDelta,
      timestampMs: Number(appendedByLog ? batch.maxTimestamp : batch.firstTimestamp + record.timestampDelta),
      key: record.key,
      value: record.value,
    }
  }
}
