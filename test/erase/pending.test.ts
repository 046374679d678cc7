import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { erase } from '../../src/cli/erasing/erase.ts'
import { lift } from '../../src/cli/erasing/lift.ts'
import { readRequests } from '../../src/cli/erasing/requests.ts'
import { importData } from '../../src/cli/importing/import-data.ts'
import { type RunningShop, serveShop } from '../../src/cli/serving/running-shop.ts'
import { DAY_MS } from '../../src/core/duration.ts'
import { silentLogger } from '../../src/core/logger.ts'

const NOW = Date.UTC(2026, 5, 15, 12)
const clock = () => NOW
let root = ''
let shop: RunningShop | undefined

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'endcap-pending-'))
})
afterEach(async () => {
  await shop?.close()
  shop = undefined
  rmSync(root, { recursive: true })
})

async function serve(): Promise<RunningShop> {
  await shop?.close()
  const farewell = { lingerMs: 0, deadlineMs: 1000 }
  shop = await serveShop({
    dataDir: root,
    port: 0,
    host: '127.0.0.1',
    logger: silentLogger,
    clock,
    farewell,
  })
  return shop
}

/** What the routes of this test answer, of which each gives some. */
type Told = {
  readonly id: string
  readonly status: string
  readonly requested_at: number
  readonly certificate: unknown
  readonly accepted: number
  readonly items: readonly { readonly reasons?: readonly { readonly driver: string }[] }[]
  readonly erasure: { readonly id: string } | null
}

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${shop?.url}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  return { status: response.status, body: (await response.json()) as Told }
}

const product = (sku: string) => ({
  sku,
  product_name: sku,
  category: 'Home',
  price_cents: 100,
  currency: 'GBP',
  updated_at: NOW - DAY_MS,
})
const customer = (id: string) => ({
  customer_id: id,
  consent: { personalisation: true, demographics: false, training: true },
  updated_at: NOW - DAY_MS,
})
const click = (id: string, who: string) => ({
  event_id: id,
  event: 'view_item',
  occurred_at: NOW - 1000,
  session_id: `s-${who}`,
  customer_id: who,
  payload: { items: [{ item_id: 'mug' }] },
})
const drivers = async (who: string) => {
  const { body } = await call('POST', '/v1/recommendations', { customer_id: who, limit: 5, explain: true })
  return new Set(body.items.flatMap(({ reasons = [] }) => reasons.map(({ driver }) => driver)))
}

test('somebody who asks to be erased is left alone at once, and gone with a certificate after', async () => {
  await serve()
  const events = [product('mug'), product('jug'), customer('ann'), customer('bob')]
  await call('POST', '/v1/events', [...events, click('e1', 'ann'), click('e2', 'bob')])
  expect(await drivers('ann')).toContain('history')

  const asked = await call('DELETE', '/v1/customers/ann')
  expect([asked.status, asked.body.status, asked.body.requested_at]).toEqual([202, 'pending', NOW])
  expect((await call('DELETE', '/v1/customers/ann')).body.id).toBe(asked.body.id)
  const refused = { accepted: 0, refused: 1, results: [{ index: 0, status: 'refused', reason: 'erased' }] }
  expect((await call('POST', '/v1/events', [click('e3', 'ann')])).body).toMatchObject(refused)
  expect(await drivers('ann')).not.toContain('history')
  expect(await drivers('bob')).toContain('history')
  expect((await call('GET', '/v1/customers/ann')).body.erasure?.id).toBe(asked.body.id)

  // Over a restart, and for an import, too.
  await serve()
  expect((await call('POST', '/v1/events', [click('e4', 'ann')])).body).toMatchObject(refused)
  expect(await drivers('ann')).not.toContain('history')
  await shop?.close()
  shop = undefined
  const imported = [{ kind: 'event', topic: 'clickstream', value: click('e5', 'ann') }] as const
  await importData({ dataDir: root, imported, logger: silentLogger, clock })

  const certificate = await erase({ dataDir: root, customer: 'ann', clock })
  expect([certificate.requested_at, certificate.records]).toEqual([NOW, { customers: 1, clickstream: 1 }])
  expect(readRequests(root).pending).toEqual([])
  expect(readFileSync(join(root, 'erasures', 'requests.json'), 'utf8')).not.toContain('ann')
  await serve()
  const done = await call('GET', `/v1/erasures/${asked.body.id}`)
  expect([done.status, done.body.status, done.body.certificate]).toEqual([200, 'done', certificate])
  expect((await call('GET', '/v1/customers/ann')).status).toBe(404)
  expect((await call('POST', '/v1/events', [click('e6', 'ann')])).body).toMatchObject(refused)
})

test('a request can be taken back before it is carried out', async () => {
  await serve()
  await call('POST', '/v1/events', [customer('ann')])
  await call('DELETE', '/v1/customers/ann')
  await shop?.close()
  expect(lift({ dataDir: root, customer: 'ann' })).toBe(true)
  expect(lift({ dataDir: root, customer: 'ann' })).toBe(false)
  await serve()
  expect((await call('POST', '/v1/events', [click('e1', 'ann')])).body.accepted).toBe(1)
  expect((await call('GET', '/v1/customers/ann')).body.erasure).toBeNull()
})
