import * as confluent from '@pulumi/confluentcloud'
import type { ConfluentDeployment } from '../../../src/cli/deploying/confluent/deployment.ts'
import type { Account } from './accounts.ts'
import type { Foundation } from './foundation.ts'
import type { TopicResources } from './topics.ts'

export type DatagenOptions = {
  readonly base: Foundation
  readonly account: Account
  readonly sources: TopicResources
}

/** Managed connectors that make records up. @source Confluent documentation, Datagen Source for Confluent Cloud */
export function datagen(deployment: ConfluentDeployment, { base, account, sources }: DatagenOptions): void {
  for (const { name, topic, schema, maxIntervalMs } of deployment.datagen) {
    const subject = sources.schemas.get(topic)
    const key = deployment.topics.find((one) => one.name === topic)?.key ?? ''
    new confluent.Connector(
      name,
      {
        environment: { id: base.environment.id },
        kafkaCluster: { id: base.cluster.id },
        configNonsensitive: {
          'connector.class': 'DatagenSource',
          name,
          'kafka.auth.mode': 'SERVICE_ACCOUNT',
          'kafka.service.account.id': account.serviceAccount.id,
          'kafka.topic': topic,
          'output.data.format': 'AVRO',
          'schema.string': JSON.stringify(schema),
          'schema.keyfield': key,
          'max.interval': String(maxIntervalMs),
          // Two tasks would count from the same start.
          'tasks.max': '1',
        },
      },
      { dependsOn: [...account.bindings, ...(subject === undefined ? [] : [subject])] },
    )
  }
}
