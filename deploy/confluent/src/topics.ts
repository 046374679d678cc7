import * as confluent from '@pulumi/confluentcloud'
import type { ConfluentDeployment } from '../../../src/cli/deploying/confluent/deployment.ts'
import type { Credentials } from './api-keys.ts'
import type { Foundation } from './foundation.ts'

export type TopicResources = {
  readonly topics: ReadonlyMap<string, confluent.KafkaTopic>
  /** By topic. */
  readonly schemas: ReadonlyMap<string, confluent.Schema>
}

export type TopicOptions = {
  readonly base: Foundation
  readonly kafka: Credentials
  readonly registry: Credentials
  readonly protect: boolean
}

/** Topics, and for each first its rule of compatibility, then its schema. */
export function topics(deployment: ConfluentDeployment, options: TopicOptions): TopicResources {
  const { base, kafka, protect } = options
  const made = deployment.topics.map(({ name, partitions, config }) => {
    const topic = new confluent.KafkaTopic(
      name,
      {
        topicName: name,
        partitionsCount: partitions,
        config: { ...config },
        kafkaCluster: { id: base.cluster.id },
        restEndpoint: base.cluster.restEndpoint,
        credentials: kafka,
      },
      { protect },
    )
    return [name, topic] as const
  })
  const schemas = deployment.subjects.map((subject) => [subject.topic, schema(subject, options)] as const)
  return { topics: new Map(made), schemas: new Map(schemas) }
}

function schema(
  { name, compatibility, schema: text }: ConfluentDeployment['subjects'][number],
  { base, registry: credentials, protect }: TopicOptions,
): confluent.Schema {
  const registry = {
    schemaRegistryCluster: { id: base.registry.id },
    restEndpoint: base.registry.restEndpoint,
    credentials,
  }
  const rule = new confluent.SubjectConfig(name, {
    subjectName: name,
    compatibilityLevel: compatibility,
    ...registry,
  })
  return new confluent.Schema(
    name,
    { subjectName: name, format: 'AVRO', schema: JSON.stringify(text), hardDelete: false, ...registry },
    { protect, dependsOn: [rule] },
  )
}
