import { afterEach, beforeEach, expect, test } from 'vitest'
import { catalog } from '../../catalog/catalog.ts'
import { silentLogger } from '../../core/logger.ts'
import { memoryLog } from '../../event-log/memory/memory-log.ts'
import { startWriter } from '../../features/stream/inprocess/writer.ts'
import { createServer } from '../server.ts'
import { deadLetterRoutes } from './dead-letters.ts'

const NOW = Date.UTC(2026, 5, 15)
const clock = { now: NOW }
const log = memoryLog(catalog.sources)
let app: Awaited<ReturnType<typeof createServer>>
let writer: Awaited<ReturnType<typeof startWriter>>

const product = (sku: string, fields: object = {}) => ({
  sku,
  product_name: 'Mug',
  category: 'Home',
  price_cents: 100,
  currency: 'GBP',
  updated_at: NOW,
  ...fields,
})

beforeEach(async () => {
  writer = await startWriter({ catalog, log, clock: () => clock.now, logger: silentLogger })
  clock.now = NOW - 3_600_000
  const body = [product('early'), product('mug', { price_cents: -1 }), product('tea')]
  await writer.ingest(Buffer.from(JSON.stringify(body)), 'json')
  clock.now = NOW
  app = await createServer({
    logger: silentLogger,
    version: '0.0.0',
    routes: [deadLetterRoutes(log, writer)],
  })
})
afterEach(async () => {
  await app.close()
  await writer.close()
})

test('lists what was refused page by page, and tries it again', async () => {
  const list = async (query: string) =>
    (await app.inject({ method: 'GET', url: `/v1/dead-letters?${query}` })).json()
  const first = await list('limit=2')
  expect(first.next).toBe(2)
  expect(first.dead_letters.map(({ reason }: { reason: string }) => reason)).toEqual([
    'from_future',
    'out_of_range',
  ])
  expect(JSON.parse(first.dead_letters[1].event)).toMatchObject({ sku: 'mug', price_cents: -1 })
  expect(await list('limit=2&from=2')).toMatchObject({ dead_letters: [{ sequence: 2 }], next: null })

  const redriven = await app.inject({
    method: 'POST',
    url: '/v1/dead-letters/redrive',
    payload: { topic: 'products', as_history: true },
  })
  expect(redriven.statusCode).toBe(200)
  expect(redriven.json()).toEqual({
    accepted: 2,
    duplicates: 0,
    refused: 1,
    results: [
      { sequence: 0, outcome: 'accepted' },
      { sequence: 1, outcome: 'refused', reason: 'out_of_range', field: 'price_cents' },
      { sequence: 2, outcome: 'accepted' },
    ],
  })
  expect((await list('')).dead_letters.length).toBe(1)
  expect((await list('with_settled=true')).dead_letters.length).toBe(3)
  expect(log.position).toBe(2)
})

test('says what is wrong with what was asked', async () => {
  const response = await app.inject({ method: 'GET', url: '/v1/dead-letters?limit=0' })
  expect(response.statusCode).toBe(400)
  expect(response.json().code).toBe('BAD_REQUEST')
})
