import * as pulumi from '@pulumi/pulumi'

export const CLOUDS = ['AWS', 'GCP', 'AZURE'] as const
/** Without `basic`, on which no role can be bound to a topic. */
export const CLUSTER_TYPES = ['standard', 'enterprise', 'dedicated'] as const
export const AVAILABILITIES = {
  standard: ['LOW', 'HIGH'],
  enterprise: ['LOW', 'HIGH'],
  dedicated: ['SINGLE_ZONE', 'MULTI_ZONE'],
} as const
/** @source @pulumi/confluentcloud 2.82.0, FlinkComputePool.maxCfu */
export const MAX_CFUS = [5, 10, 20, 30, 40, 50] as const
export const GOVERNANCE_PACKAGES = ['ESSENTIALS', 'ADVANCED'] as const
export const LAKE_INGESTS = ['connector', 'tableflow', 'none'] as const

/** The managed Databricks Delta Lake sink: AWS only, appends, through a bucket in the region of both sides. */
export type ConnectorSettings = {
  readonly host: string
  readonly httpPath: string
  readonly token: pulumi.Input<string>
  readonly stagingBucket: string
  readonly s3AccessKeyId: pulumi.Input<string>
  readonly s3SecretAccessKey: pulumi.Input<string>
}

/** Tableflow with Unity Catalog, into a bucket of the shop's own. */
export type TableflowSettings = {
  readonly workspaceEndpoint: string
  readonly catalogName: string
  readonly schemaName: string
  readonly clientId: string
  readonly clientSecret: pulumi.Input<string>
  readonly bucket: string
  /** Role in AWS that may write to the bucket. */
  readonly customerRoleArn: string
}

export type LakeSettings =
  | { readonly ingest: 'none' }
  | ({ readonly ingest: 'connector' } & ConnectorSettings)
  | ({ readonly ingest: 'tableflow' } & TableflowSettings)

export type Settings = {
  readonly name: string
  readonly cloud: (typeof CLOUDS)[number]
  readonly region: string
  readonly clusterType: (typeof CLUSTER_TYPES)[number]
  readonly availability: string
  /** Of a dedicated cluster. */
  readonly cku: number
  readonly maxCfu: (typeof MAX_CFUS)[number]
  readonly governance: (typeof GOVERNANCE_PACKAGES)[number]
  readonly lake: LakeSettings
  readonly datagen: boolean
  readonly protect: boolean
  readonly sourceColumns: 'add' | 'added'
  /** Names of jobs that stand still, with their state. */
  readonly stoppedJobs: readonly string[]
}

/** What the stack's configuration says. @throws RunError that names the setting that is missing or wrong */
export function readSettings(config: pulumi.Config): Settings {
  const oneOf = <T extends string>(key: string, allowed: readonly T[], fallback: T): T => {
    const value = config.get(key) ?? fallback
    const known = allowed.find((word) => word === value)
    if (known !== undefined) return known
    throw wrong(config, key, `'${value}' is none of ${allowed.join(', ')}`)
  }
  const clusterType = oneOf('clusterType', CLUSTER_TYPES, 'standard')
  const availabilities: readonly string[] = AVAILABILITIES[clusterType]
  const settings: Settings = {
    name: config.get('name') ?? 'endcap',
    cloud: oneOf('cloud', CLOUDS, 'AWS'),
    region: config.require('region'),
    clusterType,
    availability: oneOf('availability', availabilities, availabilities[1] ?? ''),
    cku: config.getNumber('cku') ?? 2,
    maxCfu: cfuOf(config),
    governance: oneOf('governance', GOVERNANCE_PACKAGES, 'ESSENTIALS'),
    lake: lakeOf(config, oneOf('lakeIngest', LAKE_INGESTS, 'tableflow')),
    datagen: config.getBoolean('datagen') ?? false,
    protect: config.getBoolean('protect') ?? true,
    sourceColumns: oneOf('sourceColumns', ['add', 'added'], 'add'),
    stoppedJobs: config.getObject<string[]>('stoppedJobs') ?? [],
  }
  if (settings.lake.ingest === 'connector' && settings.cloud !== 'AWS') {
    throw wrong(config, 'lakeIngest', `the Delta Lake sink connector runs on AWS only, not ${settings.cloud}`)
  }
  if (settings.availability === 'MULTI_ZONE' && settings.cku < 2) {
    throw wrong(config, 'cku', 'a cluster in several zones has at least 2')
  }
  return settings
}

function cfuOf(config: pulumi.Config): (typeof MAX_CFUS)[number] {
  const value = config.getNumber('maxCfu') ?? 10
  const known = MAX_CFUS.find((number) => number === value)
  if (known !== undefined) return known
  throw wrong(config, 'maxCfu', `${value} is none of ${MAX_CFUS.join(', ')}`)
}

function lakeOf(config: pulumi.Config, ingest: (typeof LAKE_INGESTS)[number]): LakeSettings {
  switch (ingest) {
    case 'none':
      return { ingest }
    case 'connector':
      return {
        ingest,
        host: config.require('databricksHost'),
        httpPath: config.require('databricksHttpPath'),
        token: config.requireSecret('databricksToken'),
        stagingBucket: config.require('stagingBucket'),
        s3AccessKeyId: config.requireSecret('s3AccessKeyId'),
        s3SecretAccessKey: config.requireSecret('s3SecretAccessKey'),
      }
    case 'tableflow':
      return {
        ingest,
        workspaceEndpoint: config.require('workspaceEndpoint'),
        catalogName: config.require('catalogName'),
        schemaName: config.get('schemaName') ?? 'landing',
        clientId: config.require('unityClientId'),
        clientSecret: config.requireSecret('unityClientSecret'),
        bucket: config.require('lakeBucket'),
        customerRoleArn: config.require('lakeRoleArn'),
      }
  }
}

const wrong = (config: pulumi.Config, key: string, what: string) =>
  new pulumi.RunError(`${config.name}:${key}: ${what}. Set it with \`pulumi config set ${key} VALUE\`.`)
