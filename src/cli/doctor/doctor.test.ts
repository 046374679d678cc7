import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ENVIRONMENT,
  FakeFlinkGateway,
  KEY,
  ORGANIZATION,
  SECRET,
} from '../../../test/cloud/confluent/fake-flink-gateway.ts'
import { PRINCIPAL, PRINCIPAL_SECRET, VOLUME } from '../../../test/cloud/databricks/fake-identity.ts'
import { WAREHOUSE } from '../../../test/cloud/databricks/fake-warehouse.ts'
import { FakeWorkspace } from '../../../test/cloud/databricks/fake-workspace.ts'
import { CLIENT_ID, CLIENT_SECRET, FakeTokenServer, POOL } from '../../../test/cloud/fake-token-server.ts'
import { catalog } from '../../catalog/catalog.ts'
import { ConfluentStatements } from '../../features/stream/flink/confluent/confluent-statements.ts'
import type { Environment, Verdict } from './check.ts'
import { cloudChecks } from './cloud-checks.ts'
import { CLOUD_SETTINGS } from './cloud-settings.ts'
import { diagnose } from './diagnosis.ts'
import { nodeCheck } from './machine-checks.ts'

const of = (verdicts: readonly Verdict[], check: string) => verdicts.find((one) => one.check === check)

describe('this machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'endcap-doctor-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('that runs these tests has all that the embedded profile needs', async () => {
    const verdicts = await diagnose({
      profile: 'embedded',
      dataDir: join(folder, 'not', 'there', 'yet'),
      env: {},
    })
    expect(verdicts.filter(({ state }) => state !== 'ok')).toEqual([])
    expect(of(verdicts, 'folder')?.message).toBe(`${folder} can be written`)
    expect(of(verdicts, 'catalog')?.message).toBe(`${catalog.views.length + 1} views and 3 pair statistics`)
  })

  test('with an old Node is told so', () => {
    expect(nodeCheck('24.0.0').state).toBe('ok')
    expect(nodeCheck('22.16.0')).toMatchObject({
      state: 'failed',
      message: 'Node 22.16.0, wanted is 24 or newer',
      remedy: expect.stringContaining('./endcap'),
    })
  })
})

describe('the cloud', () => {
  let gateway: FakeFlinkGateway
  let workspace: FakeWorkspace
  let tokens: FakeTokenServer
  const registry = createServer((request, response) => {
    const isKnown =
      request.headers.authorization === `Basic ${Buffer.from('r-key:r-secret').toString('base64')}`
    const subjects = catalog.sources.slice(1).map(({ name }) => `${name}-value`)
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isKnown ? subjects : { error_code: 401, message: 'Unauthorized' }))
  })
  let env: Environment
  beforeAll(async () => {
    gateway = await FakeFlinkGateway.start()
    workspace = await FakeWorkspace.start()
    tokens = await FakeTokenServer.start()
    registry.listen(0, '127.0.0.1')
    await once(registry, 'listening')
    const address = registry.address()
    const url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''
    env = {
      KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:1',
      KAFKA_API_KEY: 'k-key',
      KAFKA_API_SECRET: 'k-secret',
      SCHEMA_REGISTRY_REST_ENDPOINT: url,
      SCHEMA_REGISTRY_API_KEY: 'r-key',
      SCHEMA_REGISTRY_API_SECRET: 'r-secret',
      FLINK_REST_ENDPOINT: gateway.url,
      CONFLUENT_ORGANIZATION_ID: ORGANIZATION,
      CONFLUENT_ENVIRONMENT_ID: ENVIRONMENT,
      FLINK_API_KEY: KEY,
      FLINK_API_SECRET: SECRET,
      DATABRICKS_HOST: workspace.url,
      DATABRICKS_CLIENT_ID: PRINCIPAL,
      DATABRICKS_CLIENT_SECRET: PRINCIPAL_SECRET,
      DATABRICKS_WAREHOUSE_ID: WAREHOUSE,
      DATABRICKS_VOLUME: VOLUME,
    }
    const statements = new ConfluentStatements({
      endpoint: gateway.url,
      organizationId: ORGANIZATION,
      environmentId: ENVIRONMENT,
      apiKey: KEY,
      apiSecret: SECRET,
    })
    await statements.submit({
      name: 'endcap-job-g1-00000000',
      sql: 'INSERT INTO `t` (`a`)\nSELECT `a` FROM `s`',
    })
    await statements.submit({
      name: 'endcap-job-g2-00000000',
      sql: 'INSERT INTO `t` (`a`)\nSELECT `a` FROM `fails`',
    })
    await statements.wait('endcap-job-g1-00000000', { pollMs: 1 })
    await statements.wait('endcap-job-g2-00000000', { pollMs: 1 }).catch(() => {})
  })
  afterAll(async () => {
    await Promise.all([gateway, workspace, tokens].map((fake) => fake.close()))
    registry.closeAllConnections()
    registry.close()
  })

  test('that is set up answers, and what is missing in it is named', async () => {
    const verdicts = await cloudChecks(env)
    expect(of(verdicts, 'registry')?.state).toBe('ok')
    expect(of(verdicts, 'subjects')?.message).toBe('missing, or not shown to this key: products-value')
    expect(of(verdicts, 'flink')?.state).toBe('ok')
    expect(of(verdicts, 'endcap-job-g1-00000000')).toMatchObject({ state: 'ok', message: 'RUNNING' })
    expect(of(verdicts, 'endcap-job-g2-00000000')).toMatchObject({
      state: 'failed',
      message: 'FAILED: Table `fails` does not exist',
    })
    expect(of(verdicts, 'databricks')?.message).toBe(`answers and takes the credentials of ${PRINCIPAL}`)
    expect(of(verdicts, 'warehouse')).toMatchObject({ state: 'ok', message: 'endcap is RUNNING' })
    expect(of(verdicts, 'volume')).toMatchObject({ state: 'ok', message: 'main.shop.data is there, MANAGED' })
    // No broker takes TLS here.
    expect(of(verdicts, 'kafka')).toMatchObject({
      state: 'failed',
      remedy: expect.stringContaining('KAFKA_BOOTSTRAP_SERVERS'),
    })
  }, 60_000)

  test('without settings is not asked: each is named, with what it is and where it is found', async () => {
    const verdicts = await cloudChecks({})
    const failed = verdicts.filter(({ state }) => state === 'failed').map(({ check }) => check)
    const needed = Object.values(CLOUD_SETTINGS).flatMap((settings) =>
      settings.filter((setting) => !('isOptional' in setting)).map(({ name }) => name),
    )
    expect(failed).toEqual(needed)
    expect(of(verdicts, 'FLINK_API_KEY')?.remedy).toContain(
      'pulumi stack output deployerFlink --show-secrets',
    )
    expect(verdicts.filter(({ state }) => state === 'unknown').map(({ check }) => check)).toEqual(
      Object.keys(CLOUD_SETTINGS),
    )
  })

  test.each([
    ['FLINK_REST_ENDPOINT', 'flink.eu-west-1'],
    ['CONFLUENT_ENVIRONMENT_ID', 'production'],
    ['CONFLUENT_ORGANIZATION_ID', 'us'],
    ['KAFKA_BOOTSTRAP_SERVERS', 'pkc-1.confluent.cloud'],
    ['DATABRICKS_HOST', 'dbc-1.cloud.databricks.com'],
    ['DATABRICKS_WAREHOUSE_ID', 'my warehouse'],
    ['DATABRICKS_VOLUME', 'main.shop.data'],
    ['CONFLUENT_IDENTITY_POOL_ID', 'my-pool'],
  ])('with a %s that is none is told so before anything is asked', async (name, value) => {
    const verdicts = await cloudChecks({ [name]: value })
    expect(of(verdicts, name)?.message).toBe(`is ${value}, which does not look right`)
  })

  test('lets in a client of an identity provider instead of a key', async () => {
    gateway.tokens.add('exchanged-2')
    const { FLINK_API_KEY: _, FLINK_API_SECRET: __, ...keyless } = env
    const oauth = {
      ...keyless,
      CONFLUENT_OAUTH_CLIENT_ID: CLIENT_ID,
      CONFLUENT_OAUTH_CLIENT_SECRET: CLIENT_SECRET,
      CONFLUENT_OAUTH_TOKEN_URL: `${tokens.url}/token`,
      CONFLUENT_STS_URL: `${tokens.url}/sts/v1/oauth2/token`,
      CONFLUENT_IDENTITY_POOL_ID: POOL,
    }
    expect(of(await cloudChecks(oauth), 'flink')).toMatchObject({ state: 'ok' })
    const wrong = await cloudChecks({ ...oauth, CONFLUENT_OAUTH_CLIENT_SECRET: 'not-the-secret' })
    expect(of(wrong, 'flink')).toMatchObject({
      state: 'failed',
      remedy: expect.stringContaining('CONFLUENT_OAUTH_CLIENT_SECRET'),
    })
    expect(JSON.stringify(wrong)).not.toContain('not-the-secret')
  }, 60_000)

  test('says which warehouse or volume is not there, and what the credentials need', async () => {
    const other = {
      ...env,
      DATABRICKS_WAREHOUSE_ID: 'fedcba9876543210',
      DATABRICKS_VOLUME: '/Volumes/main/shop/no',
    }
    const verdicts = await cloudChecks(other)
    expect(of(verdicts, 'databricks')?.state).toBe('ok')
    expect(of(verdicts, 'warehouse')).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('fedcba9876543210 does not exist'),
      remedy: expect.stringContaining('CAN USE'),
    })
    expect(of(verdicts, 'volume')).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('main.shop.no'),
      remedy: expect.stringContaining('READ VOLUME'),
    })
    const { DATABRICKS_CLIENT_SECRET: _, ...halved } = env
    expect(of(await cloudChecks(halved), 'databricks')).toMatchObject({
      state: 'failed',
      remedy: expect.stringContaining('DATABRICKS_CLIENT_SECRET'),
    })
  }, 60_000)

  test('that refuses the credentials is told by the names of the settings, and no secret is shown', async () => {
    const wrong = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, name.endsWith('_SECRET') ? 'not-the-secret' : value]),
    )
    const verdicts = await cloudChecks({ ...wrong, DATABRICKS_TOKEN: 'not-the-token' })
    expect(of(verdicts, 'registry')?.state).toBe('failed')
    expect(of(verdicts, 'flink')?.remedy).toContain('FLINK_API_KEY and FLINK_API_SECRET')
    expect(of(verdicts, 'databricks')?.remedy).toContain('DATABRICKS_TOKEN')
    expect(JSON.stringify(verdicts)).not.toContain('not-the-')
  }, 60_000)
})
