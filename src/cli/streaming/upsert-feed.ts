import type { Source } from '../../algebra/source.ts'
import { systemClock } from '../../core/clock.ts'
import { AvroCodec } from '../../event-log/kafka/avro-codec.ts'
import { deadLetterKey, deadLetterRecord } from '../../event-log/kafka/dead-letter-topic.ts'
import { KafkaProducer } from '../../event-log/kafka/kafka-producer.ts'
import { KafkaReader } from '../../event-log/kafka/kafka-reader.ts'
import type { KafkaConnection } from '../../event-log/kafka/kafka-types.ts'
import { type RegistryConnection, SchemaRegistry } from '../../event-log/kafka/schema-registry.ts'
import { catalogSchemas } from '../../event-log/kafka/shop-topics.ts'
import type { UpsertFeed } from '../../features/stream/flink/materialiser.ts'

export type FeedOptions = {
  readonly connection: KafkaConnection
  readonly registry: RegistryConnection
  readonly topicPrefix: string
  readonly sources: readonly Source[]
}

/** Of one reading; what has been read is applied before more is asked for. */
const LIMITS = { maxBytes: 4 * 1024 * 1024, maxWaitMs: 500 } as const

/** Topics of a shop as a materialiser reads them. Close it after use. */
export function openUpsertFeed(options: FeedOptions): UpsertFeed & { close(): Promise<void> } {
  const { connection, registry, topicPrefix, sources } = options
  const reader = new KafkaReader(connection, LIMITS)
  const producer = new KafkaProducer(connection)
  const codec = new AvroCodec(new SchemaRegistry(registry), catalogSchemas({ topicPrefix, sources }))
  return {
    startOffsets: (topics) => reader.startOffsets(topics),
    endOffsets: (topics) => reader.endOffsets(topics),
    poll: (places) => reader.poll(places),
    decode: (topic, bytes) => codec.decode(topic, bytes),
    keepPoison: async ({ topic, partition, offset, value }, reason) => {
      const letter = {
        sequence: 0,
        arrivedAt: systemClock(),
        index: 0,
        topic: topic.slice(topicPrefix.length),
        reason,
        field: null,
        settledAt: null,
        bytes: value ?? new Uint8Array(),
      }
      const key = deadLetterKey(letter.topic, partition, offset)
      await producer.send([deadLetterRecord(topicPrefix, key, letter)])
    },
    close: async () => {
      await Promise.all([reader.close(), producer.close()])
    },
  }
}
