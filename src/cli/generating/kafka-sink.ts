import type { RecordValue } from '../../algebra/source.ts'
import { catalog } from '../../catalog/catalog.ts'
import { hash64 } from '../../core/hash.ts'
import type { GeneratedEvent } from '../../datagen/synthetic-shop/generated-event.ts'
import { KafkaAdmin } from '../../event-log/kafka/kafka-admin.ts'
import { KafkaProducer } from '../../event-log/kafka/kafka-producer.ts'
import { KafkaReader } from '../../event-log/kafka/kafka-reader.ts'
import type { KafkaRecord } from '../../event-log/kafka/kafka-types.ts'
import { BotMarks } from '../../features/stream/inprocess/bot-marks.ts'
import type { EventSink } from './event-sink.ts'
import { SendAhead } from './send-ahead.ts'

export type KafkaTarget = {
  readonly bootstrapBrokers: readonly string[]
  /** Before the name of each topic. */
  readonly topicPrefix: string
  /** Of topics that are not there yet. */
  readonly partitions: number
}

const BATCH = { items: 5000, size: 4_000_000 } as const

/** Old instants are kept as they are, for ever: the log is the truth. */
const TOPIC_CONFIG = {
  'retention.ms': '-1',
  'message.timestamp.before.max.ms': '9223372036854775807',
  'message.timestamp.after.max.ms': '9223372036854775807',
} as const

/**
 * Writes to the topics of the catalog, made if they are not there: key and partition by the topic's own field, the record's
 * time the instant at which the event is logged, bots marked as the edge marks them. Nothing is judged.
 * @throws EndcapError ENGINE_FAILED
 */
export async function kafkaSink(target: KafkaTarget): Promise<EventSink> {
  const producer = new KafkaProducer(target)
  try {
    const partitions = await partitionsOf(target)
    const recordOf = recordMaker(target.topicPrefix, partitions)
    const ahead = new SendAhead<KafkaRecord>(BATCH, (records) => producer.send(records))
    return {
      write: (event) => {
        const record = recordOf(event)
        return ahead.add(record, record.value?.length ?? 0)
      },
      finish: async () => {
        await ahead.finish()
        return null
      },
      close: () => producer.close(),
    }
  } catch (error) {
    await producer.close()
    throw error
  }
}

/** How many partitions each topic has, after those that were missing are made. */
async function partitionsOf(target: KafkaTarget): Promise<ReadonlyMap<string, number>> {
  const admin = new KafkaAdmin(target)
  const reader = new KafkaReader(target)
  const names = catalog.sources.map(({ name }) => `${target.topicPrefix}${name}`)
  try {
    const existing = new Set(await admin.listTopics())
    const missing = names.filter((name) => !existing.has(name))
    if (missing.length > 0) {
      const { partitions } = target
      await admin.createTopics(missing.map((name) => ({ name, partitions, config: TOPIC_CONFIG })))
    }
    return new Map([...(await reader.endOffsets(names))].map(([name, offsets]) => [name, offsets.length]))
  } finally {
    await Promise.all([admin.close(), reader.close()])
  }
}

function recordMaker(
  topicPrefix: string,
  partitions: ReadonlyMap<string, number>,
): (event: GeneratedEvent) => KafkaRecord {
  const bots = new BotMarks()
  const keyFields = new Map(catalog.sources.map(({ name, partitionBy }) => [name, partitionBy]))
  return ({ topic, value, loggedAt }) => {
    const record: RecordValue = { ...value }
    const logged = topic === 'clickstream' ? bots.marked(record) : record
    const key = String(logged[keyFields.get(topic) ?? ''])
    const name = `${topicPrefix}${topic}`
    return {
      topic: name,
      partition: Number(hash64(key) % BigInt(partitions.get(name) ?? 1)),
      key,
      value: JSON.stringify(logged),
      timestampMs: loggedAt,
    }
  }
}
