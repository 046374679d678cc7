import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ENVIRONMENT,
  FakeFlinkGateway,
  ORGANIZATION,
} from '../../../../../test/cloud/confluent/fake-flink-gateway.ts'
import {
  CLIENT_ID,
  CLIENT_SECRET,
  FakeTokenServer,
  POOL,
} from '../../../../../test/cloud/fake-token-server.ts'
import { ConfluentStatements } from './confluent-statements.ts'
import { confluentToken, type OAuthClient } from './confluent-token.ts'

const QUICK = { retries: 1, pauseMs: 1, maxPauseMs: 5 }
const FAST = { pollMs: 1, timeoutMs: 5000 }

let tokens: FakeTokenServer
let gateway: FakeFlinkGateway
beforeAll(async () => {
  tokens = await FakeTokenServer.start()
  gateway = await FakeFlinkGateway.start()
})
afterAll(() => Promise.all([tokens.close(), gateway.close()]))

const oauth = (changes: Partial<OAuthClient> = {}): OAuthClient => ({
  tokenUrl: `${tokens.url}/token`,
  stsUrl: `${tokens.url}/sts/v1/oauth2/token`,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  retry: QUICK,
  ...changes,
})

const statements = (client: OAuthClient) =>
  new ConfluentStatements({
    endpoint: gateway.url,
    organizationId: ORGANIZATION,
    environmentId: ENVIRONMENT,
    token: confluentToken(client),
    retry: QUICK,
  })

describe('an OAuth client at Confluent', () => {
  test('submits by a token of its provider, exchanged once for one of the pool', async () => {
    const exchanged = `exchanged-${tokens.tokens.size + 2}`
    gateway.tokens.add(exchanged)
    const client = statements(oauth({ identityPoolId: POOL, scope: 'flink' }))
    const before = tokens.exchanges.length
    await client.submit({ name: 'by-token', sql: 'INSERT INTO `t` (`a`) SELECT `a` FROM `s`' })
    expect((await client.wait('by-token', FAST)).phase).toBe('RUNNING')
    expect(tokens.exchanges.slice(before).map(({ path }) => path)).toEqual(['/token', '/sts/v1/oauth2/token'])
    expect(tokens.exchanges[before]?.request).toMatchObject({ scope: 'flink' })
  })

  test('without a pool comes with the token as it is', async () => {
    gateway.tokens.add(`external-${tokens.tokens.size + 1}`)
    expect((await statements(oauth()).get('by-token')).name).toBe('by-token')
  })

  test('asks anew when a token is about to end, and once for all who wait', async () => {
    let now = 0
    const token = confluentToken(oauth({ clock: () => now }))
    const [first, second] = await Promise.all([token(), token()])
    expect(second).toBe(first)
    now = 3_539_000
    expect(await token()).toBe(first)
    now = 3_540_000
    expect(await token()).not.toBe(first)
  })

  test('who gives up does not take the token from the others', async () => {
    const abort = new AbortController()
    const token = confluentToken(oauth())
    const [given, up] = [token(), token(abort.signal)]
    const reason = new Error('enough')
    abort.abort(reason)
    await expect(up).rejects.toBe(reason)
    expect(await given).toMatch(/^external-/)
  })

  test('with a wrong secret is told by the names of the settings, and the secret is not shown', async () => {
    const failing = statements(oauth({ clientSecret: 'not-the-secret' })).get('any')
    await expect(failing).rejects.toMatchObject({
      message: expect.stringMatching(/token of the client: HTTP 401: Client authentication failed: \*\*\*/),
      remedy: expect.stringContaining('CONFLUENT_OAUTH_CLIENT_SECRET'),
    })
    await expect(failing).rejects.not.toThrow('not-the-secret')
  })

  test('of another pool, or of none that the statements know, is told so', async () => {
    await expect(statements(oauth({ identityPoolId: 'pool-x' })).get('any')).rejects.toMatchObject({
      message: expect.stringContaining('exchange of the client’s token in pool-x: HTTP 400'),
      remedy: expect.stringContaining('CONFLUENT_IDENTITY_POOL_ID'),
    })
    await expect(statements(oauth()).get('any')).rejects.toMatchObject({
      message: expect.stringContaining('HTTP 401'),
      remedy: expect.stringContaining('CONFLUENT_IDENTITY_POOL_ID'),
    })
  })
})
