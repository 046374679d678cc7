import type { Source } from '../../algebra/source.ts'
import { avroSchemaOf } from '../../catalog/avro.ts'
import { CONTRACTS } from '../../catalog/validator.ts'
import { EndcapError } from '../../core/errors.ts'
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

/** Topics that are made here, or by others: then they are only looked at. */
export type TopicMaking =
  | { readonly topics: 'made'; readonly partitions: number }
  | { readonly topics: 'given' }

/**
 * The number of partitions of each topic of events, after those that are not there yet are made.
 * @throws EndcapError ENGINE_FAILED; NOT_FOUND if one that others make is not there
 */
export async function partitionsOfTopics(
  connection: KafkaConnection,
  shop: ShopTopics,
  making: TopicMaking,
): Promise<ReadonlyMap<string, number>> {
  const admin = new KafkaAdmin(connection)
  const reader = new KafkaReader(connection)
  try {
    const names = topicsOf(shop)
    const letters = `${shop.topicPrefix}${DEAD_LETTERS}`
    if (making.topics === 'made') await admin.ensureTopics(specsOf(names, letters, making.partitions))
    else await requireTopics(admin, [...names, letters])
    const ends = await reader.endOffsets(names)
    return new Map([...ends].map(([name, offsets]) => [name, offsets.length]))
  } finally {
    await Promise.all([admin.close(), reader.close()])
  }
}

const specsOf = (names: readonly string[], letters: string, partitions: number): readonly TopicSpec[] => [
  ...names.map((name) => ({ name, partitions, config: KEPT_FOR_EVER })),
  { name: letters, partitions: 1, config: KEPT_FOR_EVER },
]

async function requireTopics(admin: KafkaAdmin, names: readonly string[]): Promise<void> {
  const there = new Set(await admin.listTopics())
  const missing = names.filter((name) => !there.has(name))
  if (missing.length === 0) return
  throw new EndcapError(
    'NOT_FOUND',
    `there are no topics ${missing.join(', ')}, or this account may not see them`,
    {
      place: 'kafka',
      remedy:
        'Make them, and let the account describe them; at Confluent `endcap deploy render` and `pulumi up` do.',
    },
  )
}

/** The partition of a key: the same in every process, whatever a client's own partitioner does. */
export const partitionOf = (key: string, partitions: number): number =>
  Number(hash64(key) % BigInt(partitions))
