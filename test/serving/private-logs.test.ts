import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { shopFolders } from '../../src/cli/embedded-shop.ts'
import { newKey } from '../../src/serving/access/api-key.ts'
import { changeKeys } from '../../src/serving/access/key-file.ts'
import { ServedShop } from './served-shop.ts'
import { clickOf, orderOf, productOf } from './shop-events.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'endcap-logs-'))
afterAll(() => rmSync(dataDir, { recursive: true }))

/** Each of these is sent somewhere, and must be nowhere in the log. */
const PLANTED = [
  'plantedcustomer',
  'plantedsession',
  'plantedbody',
  'plantedpath',
  'plantedquery',
  'plantedkey',
]

test('no body, key, path, customer id or session id is ever logged, at any level', async () => {
  const { text: key, stored } = newKey({ scopes: ['ingest', 'recommend'], name: 'shop', createdAt: 0 })
  changeKeys(shopFolders(dataDir).keys, () => [stored])
  const shop = await ServedShop.start({ dataDir, logLevel: 'trace' })
  const headers = { authorization: `Bearer ${key}` }
  const now = Date.now()
  const click = clickOf('plantedbody', now, { customer_id: 'plantedcustomer', session_id: 'plantedsession' })
  const statuses: number[] = []
  const post = async (path: string, body: unknown, more: Readonly<Record<string, string>> = {}) => {
    statuses.push((await shop.post(path, body, { ...headers, ...more })).status)
  }
  await post('/v1/events', [
    productOf('mug', now),
    click,
    click,
    orderOf('plantedbody', now, { customer_id: 'plantedcustomer' }),
  ])
  await post('/v1/events', [
    { ...click, event_id: 'plantedbody 2' },
    { ...click, plantedbody: 1 },
    { topic: 'plantedbody', ...click },
    'plantedbody',
  ])
  await post('/v1/events', '{"customer_id": plantedcustomer')
  await post('/v1/events', '{"customer_id": "plantedcustomer"}\n{plantedbody', {
    'content-type': 'application/x-ndjson',
  })
  await post('/v1/events', gzipSync('plantedbody').toString('latin1'), { 'content-encoding': 'gzip' })
  await post('/v1/recommendations', { customer_id: 'plantedcustomer', session_id: 'plantedsession' })
  await post('/v1/recommendations', { customer_id: 'plantedcustomer ?' })
  await post('/v1/recommendations', '{"customer_id": plantedcustomer')
  await post('/v1/recommendations', { context: { sku: 'plantedbody' }, plantedbody: 1 })
  await post('/v1/recommendations', {}, { authorization: 'Bearer plantedkey' })
  await post('/v1/recommendations', {}, { 'content-type': 'text/plantedbody' })
  for (const path of [
    '/v1/products/plantedpath/similar',
    '/plantedpath?customer_id=plantedquery',
    '/metrics?x=plantedquery',
    '/%plantedpath',
    '/v1/products/mug/similar?limit=plantedquery',
  ]) {
    statuses.push((await shop.get(path, headers)).status)
  }
  expect(statuses).toEqual([200, 200, 400, 200, 400, 200, 400, 400, 400, 401, 415, 404, 404, 403, 400, 400])
  expect(await shop.stop()).toBe(0)
  const { log } = shop
  expect([...PLANTED, key, key.slice(16)].filter((word) => log.includes(word))).toEqual([])
  const lines = log
    .trim()
    .split('\n')
    .map((line): Readonly<Record<string, unknown>> => JSON.parse(line))
  const requests = lines.filter(({ took_ms }) => took_ms !== undefined)
  expect(requests.map(({ status }) => status)).toEqual(statuses.filter((_, index) => index !== 14))
  expect(requests[0]).toMatchObject({
    level: 20,
    method: 'POST',
    route: '/v1/events',
    status: 200,
    key: stored.id,
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  const failures = lines.filter(({ code }) => code !== undefined)
  expect(failures).toHaveLength(statuses.filter((status) => status >= 400).length)
  expect(failures.every(({ level }) => level === 40)).toBe(true)
})
