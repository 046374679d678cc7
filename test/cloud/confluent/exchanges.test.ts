import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConfluentStatements } from '../../../src/features/stream/flink/confluent/confluent-statements.ts'
import { type Exchange, missingOpenApi, OpenApiChecker } from '../openapi-checker.ts'
import { ENVIRONMENT, FakeFlinkGateway, KEY, ORGANIZATION, SECRET } from './fake-flink-gateway.ts'

const FILE = 'flink-gateway-v1.yaml'
const missing = missingOpenApi(FILE)
const FAST = { pollMs: 1, timeoutMs: 5000 }
const INSERT = 'INSERT INTO `t` (`a`)\nSELECT\n  `a`\nFROM `s`'

/** Every kind of call that the client makes, and every kind of refusal that it knows. */
async function wholeLife(gateway: FakeFlinkGateway): Promise<void> {
  const connection = { endpoint: gateway.url, organizationId: ORGANIZATION, environmentId: ENVIRONMENT }
  const statements = new ConfluentStatements({ ...connection, apiKey: KEY, apiSecret: SECRET })
  const properties = { 'sql.current-catalog': 'shop', 'sql.current-database': 'shop' }
  await statements.submit({
    name: 'whole-life',
    sql: INSERT,
    properties,
    computePoolId: 'lfcp-1',
    principal: 'sa-1',
  })
  await statements.wait('whole-life', FAST)
  await statements.stop('whole-life', FAST)
  await statements.resume('whole-life', FAST)
  await statements.submit({ name: 'broken', sql: INSERT.replace('`s`', '`fails`') })
  await statements.wait('broken', FAST).catch(() => {})
  await statements.submit({ name: 'broken', sql: INSERT }).catch(() => {})
  for await (const _ of statements.list()) void _
  await statements.delete('whole-life')
  await statements.get('whole-life').catch(() => {})
  await new ConfluentStatements({ ...connection, apiKey: KEY, apiSecret: '?' }).get('broken').catch(() => {})
  gateway.tokens.add('token')
  await new ConfluentStatements({ ...connection, token: async () => 'token' }).get('broken')
}

const PLANTED: readonly (readonly [string, (body: Body) => unknown, string])[] = [
  [
    'a member that there is not',
    (body: Body) => ({ ...body, spec: { ...body.spec, compute_pool: { id: 'lfcp-1' } } }),
    `'compute_pool'`,
  ],
  [
    'a pool that is an object',
    (body: Body) => ({ ...body, spec: { ...body.spec, compute_pool_id: { id: 'lfcp-1' } } }),
    'must be string',
  ],
  ['a name in capitals', (body: Body) => ({ ...body, name: 'Job' }), '.name must match pattern'],
  [
    'a name that is too long',
    (body: Body) => ({ ...body, name: 'a'.repeat(101) }),
    '.name must NOT have more than 100',
  ],
  ['no text', (body: Body) => ({ ...body, spec: { stopped: false } }), `required property 'statement'`],
  [
    'a text that is too long',
    (body: Body) => ({ ...body, spec: { ...body.spec, statement: 'x'.repeat(131_073) } }),
    '131072',
  ],
  [
    'a property that is no text',
    (body: Body) => ({ ...body, spec: { ...body.spec, properties: { a: 1 } } }),
    'must be string',
  ],
  [
    'an organisation that is no UUID',
    (body: Body) => ({ ...body, organization_id: 'org' }),
    'must match format "uuid"',
  ],
]

describe('exchanges with the statements API', () => {
  let gateway: FakeFlinkGateway
  let checker: OpenApiChecker
  beforeAll(async () => {
    if (missing === null) checker = OpenApiChecker.read(FILE)
    gateway = await FakeFlinkGateway.start()
    await wholeLife(gateway)
  })
  afterAll(() => gateway.close())

  test('are what Confluent’s OpenAPI says, in both directions', (context) => {
    if (missing !== null) return context.skip(missing)
    const methods = new Set(gateway.exchanges.map(({ method, status }) => `${method} ${status}`))
    expect(methods).toEqual(
      new Set(['POST 201', 'POST 409', 'GET 200', 'GET 404', 'GET 401', 'PUT 202', 'DELETE 202']),
    )
    expect(gateway.exchanges.flatMap((exchange) => checker.breaches(exchange))).toEqual([])
  })

  test.for(PLANTED)('a planted error in a request is found: %s', ([, change, words], context) => {
    const posted = gateway.exchanges.find(({ method }) => method === 'POST')
    if (missing !== null || posted === undefined) return context.skip(missing ?? 'nothing was posted')
    const planted: Exchange = { ...posted, request: change(posted.request as Body) }
    expect(checker.breaches(planted).join('\n')).toContain(words)
  })

  test.for(PLANTED)(
    'a planted error in a request is refused by the fake, also without the OpenAPI: %s',
    async ([, change]) => {
      const posted = gateway.exchanges.find(({ method }) => method === 'POST')
      const authorization = `Basic ${Buffer.from(`${KEY}:${SECRET}`).toString('base64')}`
      const init = { method: 'POST', headers: { authorization, 'content-type': 'application/json' } }
      const answer = (body: unknown) =>
        fetch(`${gateway.url}${posted?.path}`, { ...init, body: JSON.stringify(body) })
      expect((await answer(change(posted?.request as Body))).status).toBe(400)
      expect((await answer({ ...(posted?.request as Body), name: 'right' })).status).toBeOneOf([201, 409])
    },
  )

  test.for<readonly [string, Partial<Exchange>, string]>([
    ['another path', { path: '/sql/v1/statements' }, 'no such operation'],
    ['another status', { status: 200 }, 'status 200 is not declared'],
    ['another content type', { contentType: 'text/plain' }, 'content type'],
    ['a parameter that there is not', { query: { dry_run: 'true' } }, `'dry_run' is no parameter`],
    ['an answer without a status', { response: { name: 'a' } }, `required property 'status'`],
  ])('a planted error in an exchange is found: %s', ([, change, words], context) => {
    const posted = gateway.exchanges.find(({ method }) => method === 'POST')
    if (missing !== null || posted === undefined) return context.skip(missing ?? 'nothing was posted')
    expect(checker.breaches({ ...posted, ...change }).join('\n')).toContain(words)
  })
})

type Body = { readonly spec: object }
