import type { Source } from '../../algebra/source.ts'
import { avroSchemaOf } from '../../catalog/avro.ts'
import { CONTRACTS } from '../../catalog/validator.ts'
import { hash64 } from '../../core/hash.ts'
import { KafkaAdmin } from './kafka-admin.ts'
import { KafkaReader } from './kafka-reader.ts'
import type { KafkaConnection, TopicSpec } from './kafka-types.ts'

/** Topic of what did not count, with the bytes that were sent. */
export const DEAD_LETTERS = 'dead_letter'

/** Nothing is deleted and old and future instants are kept as they are: the log is the truth. */
const KEPT_FOR_EVER = {
  'retention.ms': '-1',
  'message.timestamp.before.max.ms': '9223372036854775807',
  'message.timestamp.after.max.ms': '9223372036854775807',
} as const

export type ShopTopics = {
  /** Before the name of each topic; a shop's own. */
  readonly topicPrefix: string
  readonly sources: readonly Source[]
}

export const topicsOf = ({ topicPrefix, sources }: ShopTopics): readonly string[] =>
  sources.map(({ name }) => `${topicPrefix}${name}`)

/** The Avro schemas of the catalog's topics. */
export const catalogSchemas = ({ topicPrefix, sources }: ShopTopics): ReadonlyMap<string, object> =>
  new Map(
    sources.flatMap(({ name }) =>
      name in CONTRACTS
        ? [[`${topicPrefix}${name}`, avroSchemaOf(name as keyof typeof CONTRACTS)] as const]
        : [],
    ),
  )

/**
 * Makes the topics of a shop that are not there yet; gives the number of partitions of each topic of events.
 * @param partitions of topics that are made
 * @throws EndcapError ENGINE_FAILED
 */
export async function ensureTopics(
  connection: KafkaConnection,
  topics: ShopTopics,
  partitions: number,
): Promise<ReadonlyMap<string, number>> {
  const admin = new KafkaAdmin(connection)
  const reader = new KafkaReader(connection)
  try {
    const names = topicsOf(topics)
    const wanted: readonly TopicSpec[] = [
      ...names.map((name) => ({ name, partitions, config: KEPT_FOR_EVER })),
      { name: `${topics.topicPrefix}${DEAD_LETTERS}`, partitions: 1, config: KEPT_FOR_EVER },
    ]
    await admin.ensureTopics(wanted)
    const ends = await reader.endOffsets(names)
    return new Map([...ends].map(([name, offsets]) => [name, offsets.length]))
  } finally {
    await Promise.all([admin.close(), reader.close()])
  }
}

/** The partition of a key: the same in every process, whatever a client's own partitioner does. */
export const partitionOf = (key: string, partitions: number): number =>
  Number(hash64(key) % BigInt(partitions))
