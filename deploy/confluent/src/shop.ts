import type * as pulumi from '@pulumi/pulumi'
import type { ConfluentDeployment } from '../../../src/cli/deploying/confluent/deployment.ts'
import { type AccountName, accountsOf, bindingsOf } from './access.ts'
import { accountOf, accounts } from './accounts.ts'
import { apiKey, type Credentials } from './api-keys.ts'
import { datagen } from './datagen.ts'
import { foundation } from './foundation.ts'
import { lake } from './lake.ts'
import type { Settings } from './settings.ts'
import { statements } from './statements.ts'
import { topics } from './topics.ts'

/** What others need to reach the shop. Keys are secrets of the stack: `pulumi stack output --show-secrets`. */
export type ShopOutputs = {
  readonly environmentId: pulumi.Output<string>
  readonly clusterId: pulumi.Output<string>
  readonly bootstrapEndpoint: pulumi.Output<string>
  readonly schemaRegistryUrl: pulumi.Output<string>
  readonly flinkEndpoint: pulumi.Output<string>
  readonly computePoolId: pulumi.Output<string>
  readonly organizationId: pulumi.Output<string>
  readonly edgeKafka: Credentials
  readonly edgeRegistry: Credentials
  readonly apiKafka: Credentials
  readonly apiRegistry: Credentials
  readonly deployerFlink: Credentials
}

/** Everything of one shop at Confluent. */
export function shop(deployment: ConfluentDeployment, settings: Settings): ShopOutputs {
  const base = foundation(settings)
  const all = accounts(accountsOf(deployment, settings), bindingsOf(deployment, settings), {
    prefix: settings.name,
    base,
  })
  const keyOf = (name: AccountName, kind: 'kafka' | 'registry' | 'flink') =>
    apiKey(accountOf(all, name), kind, base)
  const sources = topics(deployment, {
    base,
    kafka: keyOf('deployer', 'kafka'),
    registry: keyOf('deployer', 'registry'),
    protect: settings.protect,
  })
  const deployerFlink = keyOf('deployer', 'flink')
  statements(deployment, { base, accounts: all, flink: deployerFlink, sources, settings })
  lake(deployment, { base, accounts: all, sources, settings })
  if (settings.datagen) datagen(deployment, { base, account: accountOf(all, 'datagen'), sources })
  return {
    environmentId: base.environment.id,
    clusterId: base.cluster.id,
    bootstrapEndpoint: base.cluster.bootstrapEndpoint,
    schemaRegistryUrl: base.registry.restEndpoint,
    flinkEndpoint: base.flinkRegion.restEndpoint,
    computePoolId: base.pool.id,
    organizationId: base.organization.id,
    edgeKafka: keyOf('edge', 'kafka'),
    edgeRegistry: keyOf('edge', 'registry'),
    apiKafka: keyOf('api', 'kafka'),
    apiRegistry: keyOf('api', 'registry'),
    deployerFlink,
  }
}
