import { describe, expect, test } from 'vitest'
import type { LoggedRecord } from '../../algebra/source.ts'
import { catalog } from '../../catalog/catalog.ts'
import { features } from '../../catalog/features/features.ts'
import { segmentProduct } from '../../catalog/views/segment-product.ts'
import { featureEvaluator } from '../../compile/inprocess/feature-evaluator.ts'
import { naiveTiles } from '../../compile/inprocess/naive.ts'
import { windowOfTiles } from '../../compile/merge-tiles.ts'
import { planView } from '../../compile/plan.ts'
import { windowSpan } from '../../compile/window.ts'
import { DAY_MS, HOUR_MS } from '../../core/duration.ts'
import { syntheticShop } from '../../datagen/synthetic-shop/synthetic-shop.ts'
import { featureReader } from '../../features/feature-reader.ts'
import { memoryStateStore } from '../../features/online/memory-state-store.ts'
import { openOnlineState } from '../../features/online/online-state.ts'
import type { DecisionRequest } from '../decision.ts'
import { LiveShop } from '../live-shop.ts'
import { offerPrice } from '../offers/offer-price.ts'
import type { SegmentSnapshot } from '../segment-sales.ts'
import { sellableState } from '../sellable-product.ts'
import { readerOf, shopperContext } from '../shopper-context.ts'
import { ShopFeatures } from './shop-features.ts'

const END = Date.UTC(2026, 0, 1)
const evaluate = featureEvaluator(features)
const segments = planView(segmentProduct, catalog.horizon)

/** A shop of which an online state took the records in that were logged before its clock. */
async function openedShop({ days, seed }: { readonly days: number; readonly seed: number }) {
  const planted = syntheticShop({ products: 20, customers: 30, days, seed, endAt: END })
  const atOf: Readonly<Record<string, string>> = { orders: 'ordered_at', clickstream: 'occurred_at' }
  const seen = new Set<string>()
  const records = [...planted.events()]
    .filter(({ planted: kind }) => kind !== 'duplicate')
    .map(({ topic, value }): LoggedRecord => {
      const record = { ...value } as LoggedRecord['value']
      const at = Number(record[atOf[topic] ?? 'updated_at'])
      return { topic, partition: 0, offset: 0, loggedAt: at, value: record }
    })
    .filter(({ topic, value }) => {
      const id = `${topic} ${value['event_id'] ?? `${value['order_id']}:${value['line_no']}`}`
      if (topic !== 'orders' && topic !== 'clickstream') return true
      const isNew = !seen.has(id)
      seen.add(id)
      return isNew
    })
    .sort((a, b) => a.loggedAt - b.loggedAt)
    .map((record, offset) => ({ ...record, offset }))
  const state = await openOnlineState({ catalog, store: memoryStateStore() })
  const sold = sellableState(state)
  const shop = new LiveShop(sold)
  let snapshot: SegmentSnapshot | null = null
  const served = new ShopFeatures(features, {
    state: sold,
    items: shop.items,
    offersNow: () => shop.offers,
    segments: () => snapshot,
  })
  const changed = new Set<string>()
  sold.onChange((name, owner) => {
    if (name === 'products' || name.startsWith('product_')) changed.add(owner)
  })
  const advance = (to: number): void => {
    const next = records.slice(state.position()).findIndex(({ loggedAt }) => loggedAt >= to)
    const end = next < 0 ? records.length : state.position() + next
    state.applyBatch(records.slice(state.position(), end))
  }
  const takeSnapshot = (asOf: number): void => {
    const known = records.slice(0, state.position())
    const length = segmentProduct.windows['last_90d'] ?? { length: '90d' }
    const rows = windowOfTiles(
      segments,
      naiveTiles(segments, known, asOf),
      windowSpan(length, asOf, segments.tileMs),
    )
    snapshot = { asOf, position: state.position(), days: 90, rows }
  }
  /** Rows of both, for some products. */
  const rowsOf = (request: DecisionRequest, asOf: number, historyStart: number) => {
    shop.refresh()
    for (const sku of changed) served.changed(shop.items.numberOf(sku))
    changed.clear()
    const reader = readerOf(state, request)
    const shopper = shopperContext({ state: sold, shop, request, reader, asOf })
    const items = Int32Array.from({ length: shop.items.count }, (_, item) => item)
    const columns = features.map(() => new Float32Array(items.length))
    served.prepare(request, shopper).fill(items, { from: 0, to: items.length }, columns)
    const products = new Map(
      Array.from(sold.entities('products'), (product) => {
        const item = shop.items.numberOf(String(product['sku']))
        const best = offerPrice(Number(product['price_cents']), shop.offers.of(item, shopper))
        const off = best === null ? {} : { offer_off_cents: Number(product['price_cents']) - best.priceCents }
        return [String(product['sku']), { ...product, ...off }] as const
      }),
    )
    const plain = evaluate(
      featureReader({
        asOf,
        historyStart,
        newestAt: state.newestAt(),
        tiles: (view, key) =>
          key.length > 0
            ? state.tiles(view, key)
            : [...products.keys()].flatMap((sku) => [...state.tiles(view, [sku])]),
        batch: () => (snapshot === null || asOf < snapshot.asOf ? [] : snapshot.rows),
        products,
      }),
    )({
      shoppers: reader.keys,
      session: reader.keys.find((key) => key.startsWith('s:'))?.slice(2) ?? null,
      segment: reader.person?.segment ?? null,
      basket: request.cart,
    })
    return Array.from(items, (item) => ({
      sku: shop.items.sku(item),
      served: columns.map((column) => column[item] ?? 0),
      plain: [...Float32Array.from(plain(shop.items.sku(item)))],
    }))
  }
  return { state, advance, takeSnapshot, rowsOf, records }
}

/** Is asked about a past instant. */
const nobody: Partial<DecisionRequest> = {}

const home = (who: Partial<DecisionRequest>): DecisionRequest => ({
  page: 'home',
  cart: [],
  exclude: [],
  limit: 12,
  ...who,
})

/** Of which a small shop may have one value alone. */
const FEW_VALUES = ['season_known', 'season_index', 'basket_lines', 'visit_carts', 'visit_wishes', 'own_wish']

describe('served feature columns', () => {
  test.each([
    { days: 70, seed: 3 },
    { days: 400, seed: 4 },
  ])(
    'are those of the meaning, bit for bit, while the shop lives on: %o',
    async (size) => {
      const shop = await openedShop(size)
      const start = END - size.days * DAY_MS
      const values = new Map<string, Set<number>>()
      let from = END - 12 * DAY_MS
      for (const step of [0, 7 * HOUR_MS, 10, HOUR_MS, 3 * DAY_MS, 5 * DAY_MS]) {
        from += step
        shop.advance(from)
        if (step !== HOUR_MS) shop.takeSnapshot(from - HOUR_MS)
        const clicks = shop.records
          .slice(Math.max(0, shop.state.position() - 300), shop.state.position())
          .filter(({ topic }) => topic === 'clickstream')
        const sessions = clicks.slice(-2).map(({ value }) => ({ sessionId: String(value['session_id']) }))
        const customers = [...shop.state.entities('customers')].slice(0, 7).map((customer) => ({
          customerId: String(customer['customer_id']),
          cart: ['x'],
        }))
        for (const who of [nobody, {}, ...sessions, ...customers]) {
          const asOf = who === nobody ? from - 30 * HOUR_MS : from + 1
          for (const { sku, served, plain } of shop.rowsOf(home(who), asOf, firstTile(shop, start))) {
            for (const [place, { name }] of features.entries()) {
              const value = served[place] ?? 0
              expect(value, `${name} of ${sku} for ${JSON.stringify(who)}`).toBe(plain[place])
              if (!Number.isNaN(value)) values.set(name, (values.get(name) ?? new Set()).add(value))
            }
          }
        }
      }
      // Every column says something.
      for (const { name } of features) {
        const distinct = values.get(name)?.size ?? 0
        expect(distinct, name).toBeGreaterThan(FEW_VALUES.includes(name) ? 0 : 1)
      }
    },
    120_000,
  )
})

/** The first tile of anything that happened to a product. */
function firstTile({ state }: Awaited<ReturnType<typeof openedShop>>, start: number): number {
  let first = Number.POSITIVE_INFINITY
  for (const { sku } of state.entities('products')) {
    for (const { tileStart } of state.tiles('product_activity', [String(sku)]))
      first = Math.min(first, tileStart)
  }
  expect(first).toBeGreaterThanOrEqual(start - DAY_MS)
  return first
}
