import { SUBJECT_COMPATIBILITY } from '../../../catalog/avro.ts'
import type { Catalog } from '../../../catalog/catalog.ts'
import { DEAD_LETTERS } from '../../../event-log/kafka/shop-topics.ts'
import { sourceSchema } from '../source-schema.ts'
import type { DeployedSubject, DeployedTopic } from './deployment.ts'

/** Old and future instants are kept as they are, for ever: the log is the truth. */
const LOG_TOPIC = {
  'cleanup.policy': 'delete',
  'retention.ms': '-1',
  'message.timestamp.before.max.ms': '9223372036854775807',
  'message.timestamp.after.max.ms': '9223372036854775807',
} as const

/**
 * The topics of the catalog's sources, and that of what the log's writer refuses. One that is deployed keeps its partitions: with another number the same id
 * would lie in another partition, and the first of two would no longer be told by offset.
 * @param partitions of each that is new
 */
export const topicsOf = (
  { sources }: Catalog,
  partitions: number,
  deployed: readonly DeployedTopic[],
): readonly DeployedTopic[] => {
  const partitionsOf = (name: string): number | undefined =>
    deployed.find((topic) => topic.name === name)?.partitions
  return [
    ...sources.map(({ name, partitionBy }) => ({
      name,
      key: partitionBy,
      partitions: partitionsOf(name) ?? partitions,
      config: LOG_TOPIC,
    })),
    { name: DEAD_LETTERS, key: null, partitions: 1, config: LOG_TOPIC },
  ]
}

/** Their subjects: every version can be read with every other, so that no reader has to be first. */
export const subjectsOf = ({ sources }: Catalog): readonly DeployedSubject[] =>
  sources.map(({ name }) => ({
    name: `${name}-value`,
    topic: name,
    compatibility: SUBJECT_COMPATIBILITY,
    schema: sourceSchema(name),
  }))
