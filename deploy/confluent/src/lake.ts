import * as confluent from '@pulumi/confluentcloud'
import * as pulumi from '@pulumi/pulumi'
import { LOG_COLUMNS } from '../../../src/algebra/source.ts'
import type { ConfluentDeployment } from '../../../src/cli/deploying/confluent/deployment.ts'
import { type Account, type Accounts, accountOf } from './accounts.ts'
import { apiKey } from './api-keys.ts'
import type { Foundation } from './foundation.ts'
import type { ConnectorSettings, Settings, TableflowSettings } from './settings.ts'
import type { TopicResources } from './topics.ts'

export type LakeOptions = {
  readonly base: Foundation
  readonly accounts: Accounts
  readonly sources: TopicResources
  readonly settings: Settings
}

/** The way of the topics to Delta. */
export function lake(deployment: ConfluentDeployment, options: LakeOptions): void {
  const { settings, accounts } = options
  switch (settings.lake.ingest) {
    case 'none':
      return
    case 'connector':
      deltaSink(deployment, settings.lake, { ...options, account: accountOf(accounts, 'lake') })
      return
    case 'tableflow':
      tableflow(deployment, settings.lake, { ...options, account: accountOf(accounts, 'lake') })
      return
  }
}

type WithAccount = LakeOptions & { readonly account: Account }

/** @source Confluent documentation, Databricks Delta Lake Sink for Confluent Cloud: AWS only, appends */
function deltaSink(
  { lakeTopics }: ConfluentDeployment,
  lakeSettings: ConnectorSettings,
  { base, account, sources, settings }: WithAccount,
): void {
  new confluent.Connector(
    'delta-sink',
    {
      environment: { id: base.environment.id },
      kafkaCluster: { id: base.cluster.id },
      configNonsensitive: {
        'connector.class': 'DatabricksDeltaLakeSink',
        name: `${settings.name}-delta-sink`,
        'kafka.auth.mode': 'SERVICE_ACCOUNT',
        'kafka.service.account.id': account.serviceAccount.id,
        topics: lakeTopics.join(','),
        'input.data.format': 'AVRO',
        'delta.lake.host.name': lakeSettings.host,
        'delta.lake.http.path': lakeSettings.httpPath,
        'delta.lake.topic2table.map': lakeTopics.map((topic) => `${topic}:${topic}`).join(','),
        'delta.lake.table.auto.create': 'true',
        'staging.bucket.name': lakeSettings.stagingBucket,
        'flush.interval.ms': '300000',
        'tasks.max': '1',
        // Where a record lies in Kafka, by which bronze takes each once.
        transforms: 'coordinates',
        'transforms.coordinates.type': 'org.apache.kafka.connect.transforms.InsertField$Value',
        'transforms.coordinates.partition.field': LOG_COLUMNS.partition,
        'transforms.coordinates.offset.field': LOG_COLUMNS.offset,
        'transforms.coordinates.timestamp.field': LOG_COLUMNS.loggedAt,
      },
      configSensitive: {
        'delta.lake.token': lakeSettings.token,
        'staging.s3.access.key.id': lakeSettings.s3AccessKeyId,
        'staging.s3.secret.access.key': lakeSettings.s3SecretAccessKey,
      },
    },
    { dependsOn: [...account.bindings, ...sources.topics.values(), ...sources.schemas.values()] },
  )
}

/** @source Confluent documentation, Tableflow with Unity Catalog: Delta tables are seen through the integration alone */
function tableflow(
  { lakeTopics }: ConfluentDeployment,
  lakeSettings: TableflowSettings,
  { base, account, sources, settings }: WithAccount,
): void {
  const place = { environment: { id: base.environment.id }, kafkaCluster: { id: base.cluster.id } }
  const bucket = new confluent.ProviderIntegration('lake-bucket', {
    displayName: `${settings.name}-lake`,
    environment: { id: base.environment.id },
    aws: { customerRoleArn: lakeSettings.customerRoleArn },
  })
  const assigner = new confluent.RoleBinding('lake.Assigner.provider-integration', {
    principal: pulumi.interpolate`User:${account.serviceAccount.id}`,
    roleName: 'Assigner',
    crnPattern: pulumi.interpolate`${base.environment.resourceName}/provider-integration=${bucket.id}`,
  })
  const able = { ...account, bindings: [...account.bindings, assigner] }
  const credentials = apiKey(able, 'tableflow', base)
  const topics = lakeTopics.map((topic) => {
    const needs = [sources.topics.get(topic), sources.schemas.get(topic)].filter((one) => one !== undefined)
    return new confluent.TableflowTopic(
      topic,
      {
        ...place,
        displayName: topic,
        tableFormats: ['DELTA'],
        byobAws: { bucketName: lakeSettings.bucket, providerIntegrationId: bucket.id },
        errorHandling: { mode: 'SUSPEND' },
        credentials,
      },
      { dependsOn: needs },
    )
  })
  new confluent.CatalogIntegration(
    'unity-catalog',
    {
      ...place,
      displayName: `${settings.name}-unity`,
      unity: {
        workspaceEndpoint: lakeSettings.workspaceEndpoint,
        catalogName: lakeSettings.catalogName,
        customSchema: lakeSettings.schemaName,
        clientId: lakeSettings.clientId,
        clientSecret: lakeSettings.clientSecret,
      },
      credentials,
    },
    { dependsOn: topics },
  )
}
