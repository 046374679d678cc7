import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NaiveShopState } from '../../test/naive-shop-state.ts'
import { fixedClock } from '../core/clock.ts'
import { silentLogger } from '../core/logger.ts'
import { createRecommender } from '../recommend/recommender.ts'
import { healthRoutes } from './routes/health.ts'
import { recommendationRoutes } from './routes/recommendations.ts'
import { similarRoutes } from './routes/similar.ts'
import { createServer } from './server.ts'

const NOW = Date.UTC(2026, 5, 15, 12)
let app: Awaited<ReturnType<typeof createServer>>
let ready = true

beforeEach(async () => {
  const state = new NaiveShopState()
  const mug = {
    sku: 'mug',
    product_name: 'Mug',
    category: 'Home',
    price_cents: 450,
    currency: 'GBP',
    updated_at: 1,
  }
  state.add('products', 1, mug)
  const recommender = createRecommender({ state, model: () => null, clock: fixedClock(NOW) })
  ready = true
  const health = () => ({ ready, logPosition: 3, appliedPosition: 2, model: null })
  app = await createServer({
    logger: silentLogger,
    version: '0.0.0',
    routes: [healthRoutes(health), recommendationRoutes(recommender), similarRoutes(recommender)],
  })
})

afterEach(() => app.close())

const post = (payload: string | object, type = 'application/json') =>
  app.inject({ method: 'POST', url: '/v1/recommendations', headers: { 'content-type': type }, payload })

describe('the server', () => {
  test('answers recommendations on the wire', async () => {
    const response = await post({ session_id: 's-1', limit: 3 })
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({
      as_of: NOW,
      log_position: 1,
      personalised: true,
      model: null,
      items: [
        { sku: 'mug', product_name: 'Mug', price_cents: 450, score: 0, base: 0, propensity: 1, moves: [] },
      ],
      freshness: { model_s: null },
    })
    expect((await post({ explain: false })).json().items[0]).not.toHaveProperty('reasons')
  })

  test.each([
    ['a wrong type', { limit: 'many' }, /limit/],
    ['a bad id', { customer_id: 'a b' }, /customer_id/],
    ['a limit out of range', { limit: 101 }, /limit/],
    ['an unknown member', { customer: 'ann' }, /must NOT have additional properties/],
    ['broken JSON', '{"limit": ', /JSON/],
  ])('answers %s with a problem document that names it', async (_name, payload, detail) => {
    const response = await post(payload)
    expect(response.statusCode).toBe(400)
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(response.json()).toMatchObject({ code: 'BAD_REQUEST', status: 400, retryable: false })
    expect(response.json().detail).toMatch(detail)
  })

  test('knows unknown paths, products, media types and missing models apart', async () => {
    const get = async (url: string) => (await app.inject(url)).json().code
    expect(await get('/nope')).toBe('NOT_FOUND')
    expect(await get('/v1/products/nope/similar')).toBe('UNKNOWN_PRODUCT')
    expect(await get('/v1/products/mug/similar')).toBe('NO_MODEL')
    expect((await post('limit=1', 'text/plain')).json().code).toBe('UNSUPPORTED_MEDIA_TYPE')
  })

  test('is ready, or says that it is not', async () => {
    expect((await app.inject('/health')).statusCode).toBe(200)
    ready = false
    const response = await app.inject('/health')
    expect(response.statusCode).toBe(503)
    expect(response.json()).toEqual({
      status: 'not_ready',
      live: true,
      ready: false,
      log_position: 3,
      applied_position: 2,
      model: null,
    })
  })

  test('lives while it is not ready', async () => {
    ready = false
    const [live, unready] = [await app.inject('/health/live'), await app.inject('/health/ready')]
    expect([live.statusCode, live.json()]).toEqual([200, { live: true }])
    expect([unready.statusCode, unready.json()]).toEqual([503, { ready: false }])
    ready = true
    expect((await app.inject('/health/ready')).statusCode).toBe(200)
  })

  test.each(['/health', '/v1/products/nope/similar', '/nope', '/openapi.json', '/%'])(
    '%s answers with headers that make a browser careful, and none that opens it to other origins',
    async (url) => {
      const { headers } = await app.inject({ url, headers: { origin: 'https://evil.example' } })
      expect(headers).toMatchObject({
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      })
      expect(
        Object.keys(headers).filter((name) => /^access-control-|^x-powered-by|^server$/.test(name)),
      ).toEqual([])
    },
  )

  test('answers a path that is no path, and one that is too long, with problem documents', async () => {
    for (const [url, status] of [
      ['/%', 400],
      [`/v1/products/${'a'.repeat(128)}/similar`, 404],
      [`/v1/products/${'%61'.repeat(128)}/similar`, 404],
      [`/v1/products/${'a'.repeat(1000)}/similar`, 400],
    ] as const) {
      const response = await app.inject(url)
      expect([url, response.statusCode]).toEqual([url, status])
      expect(response.headers['content-type']).toMatch(/^application\/problem\+json/)
    }
  })

  test('describes every route in OpenAPI 3.1', async () => {
    const document = (await app.inject('/openapi.json')).json()
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths).toSorted()).toEqual([
      '/health',
      '/health/live',
      '/health/ready',
      '/v1/products/{sku}/similar',
      '/v1/recommendations',
    ])
  })
})
