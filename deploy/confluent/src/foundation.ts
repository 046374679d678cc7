import * as confluent from '@pulumi/confluentcloud'
import type * as pulumi from '@pulumi/pulumi'
import type { Settings } from './settings.ts'

/** Where everything else is made. */
export type Foundation = {
  readonly organization: pulumi.Output<confluent.GetOrganizationResult>
  readonly environment: confluent.Environment
  readonly cluster: confluent.KafkaCluster
  readonly registry: pulumi.Output<confluent.GetSchemaRegistryClusterResult>
  readonly flinkRegion: pulumi.Output<confluent.GetFlinkRegionResult>
  readonly pool: confluent.FlinkComputePool
}

export function foundation(settings: Settings): Foundation {
  const { name, cloud, region, governance, protect } = settings
  const environment = new confluent.Environment(
    'environment',
    { displayName: name, streamGovernance: { package: governance } },
    { protect },
  )
  const cluster = new confluent.KafkaCluster(
    'cluster',
    {
      displayName: name,
      cloud,
      region,
      availability: settings.availability,
      environment: { id: environment.id },
      deletionProtection: protect,
      ...clusterOf(settings),
    },
    { protect },
  )
  const pool = new confluent.FlinkComputePool('flink-pool', {
    displayName: name,
    cloud,
    region,
    maxCfu: settings.maxCfu,
    environment: { id: environment.id },
  })
  return {
    organization: confluent.getOrganizationOutput(),
    environment,
    cluster,
    // The environment's first cluster brings its registry.
    registry: confluent.getSchemaRegistryClusterOutput(
      { environment: { id: environment.id } },
      { dependsOn: [cluster] },
    ),
    flinkRegion: confluent.getFlinkRegionOutput({ cloud, region }),
    pool,
  }
}

/** Exactly one kind. */
function clusterOf({
  clusterType,
  cku,
}: Settings): Pick<confluent.KafkaClusterArgs, 'standard' | 'enterprises' | 'dedicated'> {
  switch (clusterType) {
    case 'standard':
      return { standard: {} }
    case 'enterprise':
      return { enterprises: [{}] }
    case 'dedicated':
      return { dedicated: { cku } }
  }
}
