import * as pulumi from '@pulumi/pulumi'
import type { ConfluentDeployment } from '../../../src/cli/deploying/confluent/deployment.ts'
import { readSettings } from './settings.ts'
import { shop } from './shop.ts'

/** A resource as the program asks for it. */
export type Recorded = {
  /** `confluentcloud:index/kafkaTopic:KafkaTopic` without what all have in common: `KafkaTopic`. */
  readonly type: string
  readonly name: string
  /** In the clear, secrets too. */
  readonly inputs: Readonly<Record<string, unknown>>
  /** Names of inputs that are a secret, or hold one. */
  readonly secrets: readonly string[]
  /** `Type:name` of everything that has to be there before. */
  readonly dependsOn: readonly string[]
  readonly protect: boolean
}

const PROJECT = 'endcap-confluent'

/** Least configuration of each way to Delta. */
export const CONFIGS = {
  none: { region: 'eu-west-1', lakeIngest: 'none' },
  connector: {
    region: 'eu-west-1',
    lakeIngest: 'connector',
    databricksHost: 'dbc-1.cloud.databricks.com',
    databricksHttpPath: '/sql/1.0/warehouses/w1',
    databricksToken: 'test-token',
    stagingBucket: 'shop-staging',
    s3AccessKeyId: 'test-id',
    s3SecretAccessKey: 'test-secret',
  },
  tableflow: {
    region: 'eu-west-1',
    lakeIngest: 'tableflow',
    workspaceEndpoint: 'https://dbc-1.cloud.databricks.com',
    catalogName: 'shop',
    unityClientId: 'client-1',
    unityClientSecret: 'test-secret',
    lakeBucket: 'shop-lake',
    lakeRoleArn: 'arn:aws:iam::000000000000:role/shop-lake',
  },
} as const

/**
 * Runs the program against Pulumi's mocks, without engine or account, and gives the graph that it asks for.
 * @throws RunError as the program does, for a setting that is wrong
 */
export async function recordedShop(
  deployment: ConfluentDeployment,
  config: Readonly<Record<string, string>>,
): Promise<readonly Recorded[]> {
  const recorded: Recorded[] = []
  const registrations = new Map<string, Registration>()
  const settings = Object.entries(config).map(([key, value]) => [`${PROJECT}:${key}`, value] as const)
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const short = type.split(':').at(-1) ?? type
        if (type.startsWith('confluentcloud:')) {
          const { dependsOn, protect } = registrations.get(`${short}:${name}`) ?? UNKNOWN
          recorded.push({ type: short, name, ...opened(inputs), dependsOn, protect })
        }
        return { id: `id-of-${short}-${name}`, state: { ...inputs, ...computed(short, name) } }
      },
      call: ({ token }) => ANSWERS[token.split(':').at(-1) ?? ''] ?? {},
    },
    PROJECT,
    'test',
    false,
  )
  watchRegistrations(registrations)
  pulumi.runtime.setAllConfig(Object.fromEntries(settings))
  const read = readSettings(new pulumi.Config(PROJECT))
  await pulumi.runtime.runInPulumiStack(async () => ({ ...shop(deployment, read) }))
  await pulumi.runtime.disconnect()
  return recorded
}

const SIGNATURE = '4dabf18193072939515e22adb298388d'

/** A secret is wrapped in an object with a signature. @source pulumi, sdk/nodejs/runtime/rpc.ts */
function opened(inputs: object): Pick<Recorded, 'inputs' | 'secrets'> {
  const secrets = Object.keys(inputs).filter((name) =>
    JSON.stringify(Reflect.get(inputs, name)).includes(SIGNATURE),
  )
  return {
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, clear(value)])),
    secrets,
  }
}

function clear(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(clear)
  if (SIGNATURE in value && 'value' in value) return clear(value.value)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, clear(inner)]))
}

type Registration = Pick<Recorded, 'dependsOn' | 'protect'>
const UNKNOWN: Registration = { dependsOn: [], protect: false }

/** The request's fields that tell the order; the mocks are not given them. */
type RegisterRequest = {
  getType(): string
  getName(): string
  getProtect(): boolean
  getDependenciesList(): string[]
}

function watchRegistrations(registrations: Map<string, Registration>): void {
  const monitor = pulumi.runtime.getMonitor()
  const register: unknown = monitor?.registerResource
  if (monitor === undefined || typeof register !== 'function') throw new Error('the mocks have no monitor')
  Object.defineProperty(monitor, 'registerResource', {
    value: (request: RegisterRequest, ...rest: readonly unknown[]) => {
      registrations.set(`${request.getType().split(':').at(-1)}:${request.getName()}`, {
        dependsOn: request.getDependenciesList().map(labelOf),
        protect: request.getProtect(),
      })
      return Reflect.apply(register, monitor, [request, ...rest])
    },
  })
}

/** `urn:pulumi:stack::project::type::name` as `Type:name`. */
function labelOf(urn: string): string {
  const [, , type = '', name = ''] = urn.split('::')
  return `${type.split(':').at(-1)}:${name}`
}

/** What the service would answer beside what it was asked for. */
function computed(type: string, name: string): Readonly<Record<string, unknown>> {
  switch (type) {
    case 'Environment':
      return { resourceName: 'crn://confluent.cloud/organization=o-1/environment=env-1' }
    case 'KafkaCluster':
      return {
        apiVersion: 'cmk/v2',
        kind: 'Cluster',
        rbacCrn: 'crn://confluent.cloud/organization=o-1/environment=env-1/cloud-cluster=lkc-1',
        bootstrapEndpoint: 'SASL_SSL://pkc-1.eu-west-1.aws.confluent.cloud:9092',
        restEndpoint: 'https://pkc-1.eu-west-1.aws.confluent.cloud:443',
      }
    case 'ServiceAccount':
      return { apiVersion: 'iam/v2', kind: 'ServiceAccount' }
    case 'ApiKey':
      return { secret: `secret-of-${name}` }
    default:
      return {}
  }
}

const ANSWERS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  getOrganization: { id: 'o-1', resourceName: 'crn://confluent.cloud/organization=o-1' },
  getSchemaRegistryCluster: {
    id: 'lsrc-1',
    apiVersion: 'srcm/v3',
    kind: 'Cluster',
    restEndpoint: 'https://psrc-1.eu-west-1.aws.confluent.cloud',
    resourceName: 'crn://confluent.cloud/organization=o-1/environment=env-1/schema-registry=lsrc-1',
  },
  getFlinkRegion: {
    id: 'aws.eu-west-1',
    apiVersion: 'fcpm/v2',
    kind: 'Region',
    restEndpoint: 'https://flink.eu-west-1.aws.confluent.cloud',
  },
}
