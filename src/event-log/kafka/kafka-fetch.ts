import { type Consumer, FetchIsolationLevels, type RecordsBatch } from '@platformatic/kafka'
import { kafkaRequest } from './kafka-error.ts'
import type { KafkaHeaders, KafkaMessage } from './kafka-types.ts'

const TRANSACTIONAL = 1 << 4
const CONTROL_BATCH = 1 << 5
const LOG_APPEND_TIME = 1 << 3

export type FetchPlace = { readonly topic: string; readonly partition: number; readonly offset: number }

export type Fetched = {
  readonly topic: string
  readonly partition: number
  /** From the asked offset on, in their order; those of transactions that were given up are left out. */
  readonly messages: readonly KafkaMessage[]
  /** Offset from which to ask next. */
  readonly next: number
}

export type FetchLimits = {
  readonly maxBytes: number
  /** How long the broker may wait for the first record. */
  readonly maxWaitMs: number
}

/**
 * One fetch for all places, by leader; gives those that had something. Joins no group.
 * @throws EndcapError ENGINE_FAILED
 */
export async function fetchRecords(
  consumer: Consumer,
  places: readonly FetchPlace[],
  limits: FetchLimits,
): Promise<readonly Fetched[]> {
  const what = `read ${places.map(({ topic, partition, offset }) => `'${topic}' ${partition} from ${offset}`).join(', ')}`
  return kafkaRequest(what, async () => {
    const metadata = await consumer.metadata({ topics: [...new Set(places.map(({ topic }) => topic))] })
    const byLeader = Map.groupBy(places, ({ topic, partition }) => {
      const leader = metadata.topics.get(topic)?.partitions[partition]?.leader
      if (leader === undefined) throw new Error(`'${topic}' has no partition ${partition}`)
      return leader
    })
    const idOf = (topic: string) => metadata.topics.get(topic)?.id ?? ''
    const answers = await Promise.all(
      [...byLeader].map(([node, asked]) => fetchOfLeader(consumer, { node, asked, idOf }, limits)),
    )
    return answers.flat()
  })
}

type LeaderRequest = {
  readonly node: number
  readonly asked: readonly FetchPlace[]
  readonly idOf: (topic: string) => string
}

async function fetchOfLeader(
  consumer: Consumer,
  { node, asked, idOf }: LeaderRequest,
  { maxBytes, maxWaitMs }: FetchLimits,
): Promise<readonly Fetched[]> {
  const byTopic = Map.groupBy(asked, ({ topic }) => topic)
  const response = await consumer.fetch({
    node,
    topics: [...byTopic].map(([topic, places]) => ({
      topicId: idOf(topic),
      partitions: places.map(({ partition, offset }) => ({
        partition,
        fetchOffset: BigInt(offset),
        partitionMaxBytes: maxBytes,
        currentLeaderEpoch: -1,
        lastFetchedEpoch: -1,
      })),
    })),
    maxBytes,
    maxWaitTime: maxWaitMs,
    minBytes: 1,
    isolationLevel: FetchIsolationLevels.READ_COMMITTED,
  })
  const topicOf = new Map([...byTopic.keys()].map((topic) => [idOf(topic), topic]))
  const placeOf = new Map(asked.map((place) => [`${place.topic} ${place.partition}`, place]))
  return response.responses.flatMap(({ topicId, partitions }) =>
    partitions.flatMap(({ partitionIndex, records, abortedTransactions }) => {
      const place = placeOf.get(`${topicOf.get(topicId)} ${partitionIndex}`)
      if (place === undefined || records === null || records === undefined || records.length === 0) return []
      return [fetchedOf(place, records, abortedTransactions ?? [])]
    }),
  )
}

type Aborted = { readonly producerId: bigint; readonly firstOffset: bigint }

function fetchedOf(
  place: FetchPlace,
  batches: readonly RecordsBatch[],
  abortedTransactions: readonly Aborted[],
): Fetched {
  const pending = [...abortedTransactions].sort((a, b) => Number(a.firstOffset - b.firstOffset))
  /** Producers whose transaction, given up in the end, is under way at this place. */
  const givenUp = new Set<bigint>()
  const messages: KafkaMessage[] = []
  let next = place.offset
  for (const batch of batches) {
    const last = Number(batch.firstOffset) + batch.lastOffsetDelta
    while (pending[0] !== undefined && Number(pending[0].firstOffset) <= last) {
      givenUp.add(pending[0].producerId)
      pending.shift()
    }
    if ((batch.attributes & CONTROL_BATCH) !== 0) givenUp.delete(batch.producerId)
    else if ((batch.attributes & TRANSACTIONAL) === 0 || !givenUp.has(batch.producerId)) {
      // A batch is fetched whole, also when the wanted offset lies inside it.
      for (const message of messagesOf(place, batch))
        if (message.offset >= place.offset) messages.push(message)
    }
    next = Math.max(next, last + 1)
  }
  return { topic: place.topic, partition: place.partition, messages, next }
}

const NO_HEADERS: KafkaHeaders = {}

function* messagesOf({ topic, partition }: FetchPlace, batch: RecordsBatch): Generator<KafkaMessage> {
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
      headers: record.headers.length === 0 ? NO_HEADERS : headersOf(record.headers),
    }
  }
}

const headersOf = (headers: readonly (readonly [Buffer | null, Buffer | null])[]): KafkaHeaders =>
  Object.fromEntries(headers.map(([name, value]) => [name?.toString('utf8') ?? '', value ?? Buffer.alloc(0)]))
