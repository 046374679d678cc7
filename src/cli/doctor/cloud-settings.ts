import { type Environment, failed, ok, type Verdict } from './check.ts'

export type CloudSetting = {
  readonly name: string
  /** What it is, and where it is found. */
  readonly what: string
  readonly pattern: RegExp
  /** How a right one looks. */
  readonly example: string
  readonly isSecret?: true
  readonly isOptional?: true
  /** Not needed where this other one is set. */
  readonly unless?: string
}

const URL_PATTERN = /^https?:\/\/[^\s/]+\/?$/
const output = (name: string): string => `\`pulumi stack output ${name}\` in deploy/confluent`
const secret = (name: string): string => `\`pulumi stack output ${name} --show-secrets\` in deploy/confluent`

const OAUTH = 'CONFLUENT_OAUTH_CLIENT_ID'

/** The settings of each service of the cloud profile, as Confluent's and Databricks' own tools name them. */
export const CLOUD_SETTINGS = {
  kafka: [
    {
      name: 'KAFKA_BOOTSTRAP_SERVERS',
      what: `addresses of the brokers: ${output('bootstrapEndpoint')}`,
      pattern: /^(SASL_SSL:\/\/)?[^\s,/:]+:\d+(,[^\s,/:]+:\d+)*$/,
      example: 'pkc-1.eu-west-1.aws.confluent.cloud:9092',
    },
    {
      name: 'KAFKA_API_KEY',
      what: `key of the cluster: ${secret('apiKafka')}`,
      pattern: /^\S+$/,
      example: 'ABCDEFGHIJKLMNOP',
      isSecret: true,
    },
    { name: 'KAFKA_API_SECRET', what: 'its secret', pattern: /^\S+$/, example: 'cflt...', isSecret: true },
  ],
  registry: [
    {
      name: 'SCHEMA_REGISTRY_REST_ENDPOINT',
      what: `address of the schema registry: ${output('schemaRegistryUrl')}`,
      pattern: URL_PATTERN,
      example: 'https://psrc-1.eu-west-1.aws.confluent.cloud',
    },
    {
      name: 'SCHEMA_REGISTRY_API_KEY',
      what: `key of the registry: ${secret('apiRegistry')}`,
      pattern: /^\S+$/,
      example: 'ABCDEFGHIJKLMNOP',
      isSecret: true,
    },
    {
      name: 'SCHEMA_REGISTRY_API_SECRET',
      what: 'its secret',
      pattern: /^\S+$/,
      example: 'cflt...',
      isSecret: true,
    },
  ],
  flink: [
    {
      name: 'FLINK_REST_ENDPOINT',
      what: `address of Flink in the region: ${output('flinkEndpoint')}`,
      pattern: URL_PATTERN,
      example: 'https://flink.eu-west-1.aws.confluent.cloud',
    },
    {
      name: 'CONFLUENT_ORGANIZATION_ID',
      what: `the organisation: ${output('organizationId')}`,
      pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
      example: '00000000-0000-0000-0000-000000000000',
    },
    {
      name: 'CONFLUENT_ENVIRONMENT_ID',
      what: `the environment: ${output('environmentId')}`,
      pattern: /^env-[a-z0-9]+$/,
      example: 'env-abc123',
    },
    {
      name: 'FLINK_API_KEY',
      what: `key of the Flink region: ${secret('deployerFlink')}`,
      pattern: /^\S+$/,
      example: 'ABCDEFGHIJKLMNOP',
      isSecret: true,
      unless: OAUTH,
    },
    {
      name: 'FLINK_API_SECRET',
      what: 'its secret',
      pattern: /^\S+$/,
      example: 'cflt...',
      isSecret: true,
      unless: OAUTH,
    },
    {
      name: OAUTH,
      what: 'a client of your identity provider, instead of a key',
      pattern: /^\S+$/,
      example: '0oa1b2c3',
      isOptional: true,
    },
    {
      name: 'CONFLUENT_OAUTH_CLIENT_SECRET',
      what: 'its secret',
      pattern: /^\S+$/,
      example: '...',
      isSecret: true,
      isOptional: true,
    },
    {
      name: 'CONFLUENT_OAUTH_TOKEN_URL',
      what: 'where the provider gives out tokens',
      pattern: /^https?:\/\/\S+$/,
      example: 'https://idp.example.com/oauth2/v1/token',
      isOptional: true,
    },
    {
      name: 'CONFLUENT_OAUTH_SCOPE',
      what: 'the scope that the provider asks for',
      pattern: /^\S.*$/,
      example: 'confluent',
      isOptional: true,
    },
    {
      name: 'CONFLUENT_STS_URL',
      what: 'where Confluent exchanges tokens, if it is another place than usual',
      pattern: /^https?:\/\/\S+$/,
      example: 'https://api.confluent.cloud/sts/v1/oauth2/token',
      isOptional: true,
    },
    {
      name: 'CONFLUENT_IDENTITY_POOL_ID',
      what: 'the identity pool in Confluent whose rights the client has',
      pattern: /^pool-\w+$/,
      example: 'pool-abc1',
      isOptional: true,
    },
  ],
  databricks: [
    {
      name: 'DATABRICKS_HOST',
      what: 'address of the workspace',
      pattern: URL_PATTERN,
      example: 'https://dbc-1.cloud.databricks.com',
    },
    {
      name: 'DATABRICKS_TOKEN',
      what: 'a personal access token, for people; services have DATABRICKS_CLIENT_ID and _SECRET',
      pattern: /^\S+$/,
      example: 'dapi...',
      isSecret: true,
      isOptional: true,
    },
    {
      name: 'DATABRICKS_CLIENT_ID',
      what: 'a service principal',
      pattern: /^\S+$/,
      example: '00000000-0000-0000-0000-000000000000',
      isOptional: true,
    },
    {
      name: 'DATABRICKS_CLIENT_SECRET',
      what: 'its OAuth secret',
      pattern: /^\S+$/,
      example: 'dose...',
      isSecret: true,
      isOptional: true,
    },
    {
      name: 'DATABRICKS_WAREHOUSE_ID',
      what: 'id of the SQL warehouse that runs silver and gold: on its page',
      pattern: /^[0-9a-f]{16}$/,
      example: '0123456789abcdef',
      isOptional: true,
    },
    {
      name: 'DATABRICKS_VOLUME',
      what: 'the volume with the data of the shop',
      pattern: /^\/Volumes\/[^/\s]+\/[^/\s]+\/[^/\s]+\/?$/,
      example: '/Volumes/main/shop/data',
      isOptional: true,
    },
  ],
} as const satisfies Record<string, readonly CloudSetting[]>

export type CloudService = keyof typeof CLOUD_SETTINGS

/** Each setting is there and looks right; no verdict shows the value of a secret. */
export const settingChecks = (service: CloudService, env: Environment): readonly Verdict[] =>
  CLOUD_SETTINGS[service].map((setting) => settingCheck(setting, env))

const isSet = (value: string | undefined): value is string => value !== undefined && value !== ''

function settingCheck(setting: CloudSetting, env: Environment): Verdict {
  const { name, what, pattern, example, isSecret, unless } = setting
  const value = env[name]
  const isOptional = setting.isOptional === true || (unless !== undefined && isSet(env[unless]))
  const remedy = `Set ${name}, such as ${example}: ${what}.`
  if (!isSet(value)) {
    return isOptional ? ok(name, 'is not set') : failed(name, 'is not set', remedy)
  }
  const shown = isSecret === true ? 'is set' : `is ${value}`
  return pattern.test(value) ? ok(name, shown) : failed(name, `${shown}, which does not look right`, remedy)
}

/** A setting that is known to be there. */
export function settingOf(env: Environment, name: string): string {
  const value = env[name]
  if (value === undefined) throw new Error(`bug: ${name} was not checked`)
  return value
}
