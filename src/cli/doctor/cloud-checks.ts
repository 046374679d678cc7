import { catalog } from '../../catalog/catalog.ts'
import { EndcapError } from '../../core/errors.ts'
import { RETRY } from '../../core/http/retry.ts'
import { KafkaAdmin } from '../../event-log/kafka/kafka-admin.ts'
import { SchemaRegistry } from '../../event-log/kafka/schema-registry.ts'
import type { ConfluentCredentials } from '../../features/stream/flink/confluent/confluent-connection.ts'
import { ConfluentStatements } from '../../features/stream/flink/confluent/confluent-statements.ts'
import { confluentToken } from '../../features/stream/flink/confluent/confluent-token.ts'
import { type Environment, failed, ok, unknown, type Verdict } from './check.ts'
import { type CloudService, settingChecks, settingOf } from './cloud-settings.ts'
import { databricksCheck } from './databricks-check.ts'

/** Settings of every service of the cloud profile, then whether it answers and takes the credentials. */
export async function cloudChecks(env: Environment): Promise<readonly Verdict[]> {
  const services = await Promise.all(
    SERVICES.map(async ({ service, look }) => {
      const settings = settingChecks(service, env)
      if (settings.some(({ state }) => state === 'failed')) {
        return [...settings, unknown(service, 'not asked: its settings are not complete')]
      }
      return [...settings, ...(await looked(service, () => look(env)))]
    }),
  )
  return services.flat()
}

type Look = (env: Environment) => Promise<readonly Verdict[]>

const SERVICES: readonly { readonly service: CloudService; readonly look: Look }[] = [
  { service: 'kafka', look: kafkaCheck },
  { service: 'registry', look: registryCheck },
  { service: 'flink', look: flinkCheck },
  { service: 'databricks', look: databricksCheck },
]

async function looked(
  service: CloudService,
  look: () => Promise<readonly Verdict[]>,
): Promise<readonly Verdict[]> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof EndcapError) return [failed(service, error.message, error.remedy)]
    throw error
  }
}

const TOPICS = catalog.sources.map(({ name }) => name)
const RENDERED = 'Run `pulumi up` in deploy/confluent: it makes what `endcap deploy render` has written.'

async function kafkaCheck(env: Environment): Promise<readonly Verdict[]> {
  const admin = new KafkaAdmin({
    bootstrapBrokers: settingOf(env, 'KAFKA_BOOTSTRAP_SERVERS')
      .replace(/^SASL_SSL:\/\//, '')
      .split(','),
    retries: 1,
    tls: {},
    sasl: {
      mechanism: 'PLAIN',
      username: settingOf(env, 'KAFKA_API_KEY'),
      password: settingOf(env, 'KAFKA_API_SECRET'),
    },
  })
  try {
    const topics = new Set(await admin.listTopics())
    const missing = TOPICS.filter((name) => !topics.has(name))
    return [
      ok('kafka', 'answers and takes the key'),
      missing.length === 0
        ? ok('topics', `${TOPICS.length} topics of the catalog are there`)
        : failed('topics', `missing, or not shown to this key: ${missing.join(', ')}`, RENDERED),
    ]
  } catch (error) {
    if (!(error instanceof EndcapError)) throw error
    const remedy =
      'Check KAFKA_BOOTSTRAP_SERVERS, KAFKA_API_KEY, KAFKA_API_SECRET, and the way to the brokers.'
    return [failed('kafka', error.message, remedy)]
  } finally {
    await admin.close()
  }
}

async function registryCheck(env: Environment): Promise<readonly Verdict[]> {
  const registry = new SchemaRegistry({
    url: settingOf(env, 'SCHEMA_REGISTRY_REST_ENDPOINT').replace(/\/$/, ''),
    credentials: {
      username: settingOf(env, 'SCHEMA_REGISTRY_API_KEY'),
      password: settingOf(env, 'SCHEMA_REGISTRY_API_SECRET'),
    },
  })
  const subjects = new Set(await registry.subjects())
  const missing = TOPICS.map((name) => `${name}-value`).filter((name) => !subjects.has(name))
  return [
    ok('registry', 'answers and takes the key'),
    missing.length === 0
      ? ok('subjects', `${TOPICS.length} subjects of the catalog are there`)
      : failed('subjects', `missing, or not shown to this key: ${missing.join(', ')}`, RENDERED),
  ]
}

async function flinkCheck(env: Environment): Promise<readonly Verdict[]> {
  const statements = new ConfluentStatements({
    endpoint: settingOf(env, 'FLINK_REST_ENDPOINT'),
    organizationId: settingOf(env, 'CONFLUENT_ORGANIZATION_ID'),
    environmentId: settingOf(env, 'CONFLUENT_ENVIRONMENT_ID'),
    ...flinkCredentials(env),
    ...TIMING,
  })
  const jobs: { readonly name: string; readonly phase: string; readonly detail: string }[] = []
  for await (const { name, phase, detail } of statements.list()) {
    if (name.startsWith('endcap-job-')) jobs.push({ name, phase, detail })
  }
  return [
    ok('flink', 'answers and takes the key'),
    ...(jobs.length === 0 ? [failed('jobs', 'there is no job of endcap', RENDERED)] : jobs.map(jobVerdict)),
  ]
}

/** A client of an identity provider if one is set, else the key. */
function flinkCredentials(env: Environment): ConfluentCredentials {
  const { CONFLUENT_OAUTH_TOKEN_URL: tokenUrl, CONFLUENT_OAUTH_SCOPE: scope } = env
  const { CONFLUENT_OAUTH_CLIENT_ID: clientId, CONFLUENT_IDENTITY_POOL_ID: identityPoolId } = env
  const { CONFLUENT_STS_URL: stsUrl } = env
  if (clientId === undefined || clientId === '')
    return { apiKey: settingOf(env, 'FLINK_API_KEY'), apiSecret: settingOf(env, 'FLINK_API_SECRET') }
  const token = confluentToken({
    clientId,
    clientSecret: env['CONFLUENT_OAUTH_CLIENT_SECRET'] ?? '',
    ...(tokenUrl === undefined ? {} : { tokenUrl }),
    ...(scope === undefined ? {} : { scope }),
    ...(identityPoolId === undefined ? {} : { identityPoolId }),
    ...(stsUrl === undefined ? {} : { stsUrl }),
    ...TIMING,
  })
  return { token }
}

const TIMING = { timeoutMs: 10_000, retry: { ...RETRY, retries: 1 } } as const

function jobVerdict({
  name,
  phase,
  detail,
}: {
  readonly name: string
  readonly phase: string
  readonly detail: string
}): Verdict {
  if (phase === 'RUNNING' || phase === 'PENDING') return ok(name, phase)
  if (phase === 'STOPPED') return failed(name, phase, 'Take it out of stoppedJobs and run `pulumi up`.')
  return failed(
    name,
    detail === '' ? phase : `${phase}: ${detail}`,
    'Look at its exceptions in Confluent’s console, and at the rights of its account.',
  )
}
