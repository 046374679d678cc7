import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

type Item = {
  readonly sku: string
  readonly price_cents: number
  readonly score: number
  readonly base: number
  readonly reasons: readonly {
    readonly driver: string
    readonly contribution: number
    readonly text: string
  }[]
}
type Answer = {
  readonly decision_id: string
  readonly items: readonly Item[]
  readonly log_position: number
  readonly personalised: boolean
}

const endcap = join(import.meta.dirname, '..', 'endcap')
const folder = mkdtempSync(join(tmpdir(), 'endcap-e2e-'))
let demo: ChildProcess
let url = ''

async function start(): Promise<void> {
  const dataDir = join(folder, 'shop')
  demo = spawn(endcap, ['demo', '--no-open', '--no-page', '--json', '--port', '0', '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (demo.stdout === null) throw new Error('bug: no stdout')
  const [line] = (await once(createInterface(demo.stdout), 'line')) as [string]
  const ready: { readonly url: string } = JSON.parse(line)
  url = ready.url
}

const get = async <T>(path: string): Promise<T> => (await fetch(`${url}${path}`)).json() as Promise<T>

type Kind = { readonly kind: string; readonly shoppers: readonly { readonly customer_id: string }[] }

async function shopperOf(wanted: string): Promise<string> {
  const { kinds } = await get<{ kinds: readonly Kind[] }>('/demo/shoppers')
  const [shopper] = kinds.find(({ kind }) => kind === wanted)?.shoppers ?? []
  if (shopper === undefined) throw new Error(`no ${wanted} shopper`)
  return shopper.customer_id
}

async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(response.status).toBe(200)
  return response.json() as Promise<T>
}

const recommend = (customer_id: string): Promise<Answer> =>
  post('/v1/recommendations', { customer_id, limit: 10 })

/** What `endcap replay` says beside the server; null while the record is not written yet. */
function replayOf(decisionId: string): unknown {
  const args = ['replay', decisionId, '--data-dir', join(folder, 'shop'), '--json']
  const { stdout, status } = spawnSync(endcap, args, { encoding: 'utf8' })
  return status === 0 ? JSON.parse(stdout) : null
}

const textsOf = ({ items }: Answer, wanted: string) =>
  items.find(({ sku }) => sku === wanted)?.reasons.map(({ text }) => text)

async function stop(): Promise<number | null> {
  demo.kill('SIGTERM')
  const [code] = (await once(demo, 'exit')) as [number | null]
  return code
}

beforeAll(start, 120_000)
afterAll(() => {
  demo.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

describe('the demo, from events to explained recommendations', () => {
  let heavy = ''

  test('offers every kind of shopper, and says at / that its page was not asked for', async () => {
    const { kinds } = await get<{ kinds: readonly Kind[] }>('/demo/shoppers')
    expect(kinds.map(({ kind }) => kind)).toEqual([
      'new',
      'light',
      'heavy',
      'gen_z',
      'boomer',
      'price_sensitive',
    ])
    heavy = await shopperOf('heavy')
    const page = await fetch(`${url}/`)
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self'/)
    expect(await page.text()).toContain('It was not asked for.')
  })

  test('answers ten products whose reasons add up to their scores', async () => {
    const { items, personalised } = await recommend(heavy)
    expect(personalised).toBe(true)
    expect(new Set(items.map((item) => item.sku)).size).toBe(10)
    for (const { base, reasons, score } of items) {
      const sum = reasons.reduce((total, { contribution }) => total + contribution, base)
      expect(Math.abs(sum - score)).toBeLessThan(1e-6)
    }
    const page = await post<Answer>('/v1/recommendations', {
      customer_id: heavy,
      context: { page: 'product', sku: items[0]?.sku },
    })
    // Some groups stand out beyond chance, not all: those that the shop plants tastes for do.
    const others = [await recommend(await shopperOf('boomer')), await recommend(await shopperOf('gen_z'))]
    const all = [...items, ...page.items, ...others.flatMap((answer) => answer.items)]
    const drivers = new Set(all.flatMap(({ reasons }) => reasons.map(({ driver }) => driver)))
    for (const driver of ['affinity', 'content', 'demographics', 'history', 'popularity']) {
      expect(drivers).toContain(driver)
    }
  })

  test('a posted click and a posted order change the next answer, and count once', async () => {
    const fresh = await shopperOf('new')
    const before = await recommend(fresh)
    const [, , third] = before.items
    if (third === undefined) throw new Error('bug: fewer than three items')
    const click = {
      event_id: 'e2e-1',
      event: 'view_item',
      occurred_at: Date.now(),
      session_id: 'e2e',
      customer_id: fresh,
      payload: { items: [{ item_id: third.sku }] },
    }
    expect(await post('/v1/events', [click])).toMatchObject({ accepted: 1, duplicates: 0, refused: 0 })
    expect(await post('/v1/events', [click])).toMatchObject({ accepted: 0, duplicates: 1, refused: 0 })
    const after = await recommend(fresh)
    expect(after.log_position).toBe(before.log_position + 1)
    expect(textsOf(after, third.sku)).toContain('You looked at it just now')
    const order = {
      order_id: 'e2e-2',
      line_no: 1,
      customer_id: fresh,
      sku: third.sku,
      quantity: 1,
      price_cents: third.price_cents,
      price_discount_cents: 0,
      currency: 'GBP',
      ordered_at: Date.now(),
    }
    await post('/v1/events', order)
    expect(textsOf(await recommend(fresh), third.sku)).toContain('You bought it just now')
  })

  test('keeps each decision, whole enough to be made again', async () => {
    const { decision_id, items } = await recommend(heavy)
    const kept = await get<{ shown: readonly { sku: string }[]; candidates: readonly object[] }>(
      `/v1/decisions/${decision_id}`,
    )
    expect(kept.shown.map(({ sku }) => sku)).toEqual(items.map(({ sku }) => sku))
    expect(kept.candidates.length).toBeGreaterThan(items.length)
    await expect
      .poll(() => replayOf(decision_id), { timeout: 20_000 })
      .toMatchObject({ same: true, scores: 'computed', items: items.map(({ sku }) => sku) })
    const pair = await post<{ bundles: readonly { items: readonly object[] }[] }>('/v1/bundles', {
      skus: [items[0]?.sku],
    })
    expect(pair.bundles.length).toBeGreaterThan(0)
    const ranked = await post<Answer & { left_out: readonly object[] }>('/v1/rank', {
      customer_id: heavy,
      skus: [...items.map(({ sku }) => sku), 'nope'],
    })
    expect(ranked.items.length).toBe(items.length)
    expect(ranked.left_out).toEqual([{ sku: 'nope', reason: 'unknown_product' }])
  })

  test('gives similar products, and its API as OpenAPI 3.1', async () => {
    const { items } = await recommend(heavy)
    const similar = await get<{ items: object[] }>(`/v1/products/${items[0]?.sku}/similar?limit=5`)
    expect(similar.items.length).toBeGreaterThan(0)
    const { openapi, paths } = await get<{ openapi: string; paths: object }>('/openapi.json')
    expect(openapi).toBe('3.1.0')
    expect(Object.keys(paths).toSorted()).toEqual([
      '/health',
      '/health/live',
      '/health/ready',
      '/invocations',
      '/v1/bundles',
      '/v1/customers/{customer_id}',
      '/v1/dead-letters',
      '/v1/dead-letters/redrive',
      '/v1/decisions/{decision_id}',
      '/v1/erasures/{erasure_id}',
      '/v1/events',
      '/v1/products/{sku}/similar',
      '/v1/rank',
      '/v1/recommendations',
    ])
  })

  test('ends gracefully, and a new start on the same folder answers the same', async () => {
    const before = await recommend(heavy)
    expect(await stop()).toBe(0)
    await start()
    const after = await recommend(heavy)
    expect(after.log_position).toBe(before.log_position)
    // The last slot may be drawn anew.
    const firstNine = ({ items }: Answer) => items.slice(0, 9).map(({ sku }) => sku)
    expect(firstNine(after)).toEqual(firstNine(before))
  }, 120_000)
})
