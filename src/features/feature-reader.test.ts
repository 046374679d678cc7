import { describe, expect, test } from 'vitest'
import type { LoggedRecord, RecordValue } from '../algebra/source.ts'
import { catalog } from '../catalog/catalog.ts'
import { features } from '../catalog/features/features.ts'
import { type FeatureRequest, featureEvaluator } from '../compile/inprocess/feature-evaluator.ts'
import { naiveTiles } from '../compile/inprocess/naive.ts'
import { windowOfTiles } from '../compile/merge-tiles.ts'
import { planView } from '../compile/plan.ts'
import type { TileRow } from '../compile/tile.ts'
import { windowSpan } from '../compile/window.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/duration.ts'
import { featureReader } from './feature-reader.ts'
import { hostileEvents } from './hostile-events.ts'
import { InProcessEngine } from './in-process-engine.ts'

/** Of each column its value for a product; missing ones are not there. */
type Named = Readonly<Record<string, number>>

const evaluate = featureEvaluator(features)
const views = catalog.views.map((view) => planView(view, catalog.horizon))
const batchViews = catalog.batchViews.map((view) => planView(view, catalog.horizon))

const NOBODY: FeatureRequest = { shoppers: [], session: null, segment: null, basket: [] }

type Shop = {
  readonly records: readonly LoggedRecord[]
  readonly asOf: number
  readonly historyStart: number
  readonly products: Readonly<Record<string, RecordValue>>
}

/** The columns over the meaning of the records, exactly as of the instant. */
function naiveReader({ records, asOf, historyStart, products }: Shop) {
  const tiles = new Map(views.map((plan) => [plan.view.name, naiveTiles(plan, records, asOf)]))
  return readerOf({ asOf, historyStart, products }, tiles, asOf - 1, records)
}

function readerOf(
  { asOf, historyStart, products }: Omit<Shop, 'records'>,
  tiles: ReadonlyMap<string, readonly TileRow[]>,
  newestAt: number,
  records: readonly LoggedRecord[],
) {
  return featureReader({
    asOf,
    historyStart,
    newestAt,
    tiles: (view, key) =>
      (tiles.get(view) ?? []).filter((row) => key.every((word, place) => row.key[place] === word)),
    batch: (view, window) => {
      const plan = batchViews.find((candidate) => candidate.view.name === view)
      const length = plan?.view.windows[window]
      if (plan === undefined || length === undefined) return []
      return windowOfTiles(plan, naiveTiles(plan, records, asOf), windowSpan(length, asOf, plan.tileMs))
    },
    products: new Map(Object.entries(products)),
  })
}

const named = (row: Float64Array): Named =>
  Object.fromEntries(
    features.flatMap(({ name }, place) => {
      const value = row[place]
      return value === undefined || Number.isNaN(value) ? [] : [[name, value]]
    }),
  )

const T0 = Date.UTC(2026, 0, 5)
const AS_OF = T0 + 100 * DAY_MS

const line = (offset: number, ordered_at: number, fields: RecordValue): LoggedRecord => ({
  topic: 'orders',
  partition: 0,
  offset,
  loggedAt: ordered_at,
  value: {
    order_id: `o${offset}`,
    line_no: 1,
    customer_id: 'ann',
    sku: 'mug',
    quantity: 1,
    price_cents: 500,
    price_discount_cents: 0,
    currency: 'GBP',
    ordered_at,
    ...fields,
  },
})

const click = (offset: number, occurred_at: number, event: string, sku: string): LoggedRecord => ({
  topic: 'clickstream',
  partition: 0,
  offset,
  loggedAt: occurred_at,
  value: {
    event_id: `e${offset}`,
    event,
    occurred_at,
    session_id: 'visit',
    customer_id: 'ann',
    payload: { items: [{ item_id: sku }] },
  },
})

const customer = (offset: number, customer_id: string, birth_year: number): LoggedRecord => ({
  topic: 'customers',
  partition: 0,
  offset,
  loggedAt: T0,
  value: {
    customer_id,
    birth_year,
    gender: 'F',
    location: 'GB',
    consent: { personalisation: true, demographics: true, training: true },
    updated_at: T0,
  },
})

/** Ann buys mugs on three days and a pot; Bob buys a mug; Ann looks at a mug and wishes for it now. */
const records: readonly LoggedRecord[] = [
  line(0, T0 + 60 * DAY_MS, { quantity: 2 }),
  line(1, T0 + 60 * DAY_MS, { order_id: 'o0', line_no: 2, sku: 'pot', price_cents: 2000 }),
  line(2, T0 + 70 * DAY_MS, { price_discount_cents: 100 }),
  line(3, T0 + 90 * DAY_MS, {}),
  line(4, T0 + 95 * DAY_MS, { customer_id: 'bob', price_cents: 600 }),
  click(0, AS_OF - 30 * MINUTE_MS, 'view_item', 'mug'),
  click(1, AS_OF - 20 * MINUTE_MS, 'add_to_wishlist', 'mug'),
  customer(0, 'ann', 1990),
  customer(1, 'bob', 1950),
]
const shop: Shop = {
  records,
  asOf: AS_OF,
  historyStart: T0,
  products: {
    mug: { category: 'Home/Mugs', price_cents: 450, offer_off_cents: 50, inventory: 7 },
    pot: { category: 'Home/Pots', price_cents: 2000, list_price_cents: 2500, available_from: T0 },
    new: { category: 'Home/Pots' },
  },
}
const ANN: FeatureRequest = {
  shoppers: ['c:ann', 's:visit'],
  session: 'visit',
  segment: { generation: 'millennials', gender: 'female', region: 'GB' },
  basket: ['pot', 'tea'],
}

describe('feature columns', () => {
  test('of a shopper and a product; worked out by hand', () => {
    const mug = named(evaluate(naiveReader(shop))(ANN)('mug'))
    expect(mug).toMatchObject({
      own_purchases: 3,
      own_purchases_per_order: 1,
      own_units: 4,
      own_days_since: 10,
      own_mean_gap: 15,
      own_wish: 1,
      own_orders: 3,
      own_basket_size: 4 / 3,
      own_views: 1,
      basket_lines: 2,
      visit_views: 1,
      visit_carts: 0,
      visit_wishes: 1,
      visit_minutes_since: 20,
      purchases_7d: 1,
      purchases_30d: 3,
      purchases_90d: 4,
      conversion: 3,
      price: 450,
      // Ann’s prices: 500 three times and 2,000 once.
      price_to_own_median: 450 / 500,
      // Usual: 500, of 500, 500, 500, 600; paid now: 450 less 50.
      price_to_usual: 400 / 500,
      discount_depth: 100 / 500,
      stock: 7,
      item_age: 40,
      season_index: 1,
      season_known: 0,
    })
    expect(mug['own_days_per_gap']).toBeCloseTo(10 / 15, 12)
    expect(mug['trend']).toBeCloseTo((30 + 30) / (21 + 30), 12)
    // One unit of five had a discount; of everybody's six, one.
    expect(mug['own_discount_share']).toBeCloseTo((1 + 5 / 6) / (5 + 5), 12)
    expect(mug['own_discount_share_x_depth']).toBeCloseTo(((1 + 5 / 6) / 10) * 0.2, 12)
    // Everybody: 4 of 5 lines are mugs. Millennials: 3 of 4.
    const everybody = 4 / 5
    const step = (above: number) => (3 + 50 * above) / (4 + 50)
    expect(mug['segment_share']).toBeCloseTo(step(step(step(everybody))), 12)
    expect(mug['segment_lift']).toBeCloseTo(step(step(step(everybody))) / everybody, 12)
  })

  test('of a product without sales are missing where they say so', () => {
    expect(named(evaluate(naiveReader(shop))(NOBODY)('new'))).toEqual({
      basket_lines: 0,
      season_index: 1,
      season_known: 0,
      purchases_7d: 0,
      purchases_30d: 0,
      purchases_90d: 0,
      trend: 1,
    })
    expect(named(evaluate(naiveReader(shop))(NOBODY)('pot'))).toMatchObject({
      item_age: 100,
      discount_depth: 0.2,
      price_to_usual: 1,
    })
  })

  test('the season index is asked of a shop with more than a year, and leans on the category', () => {
    const asOf = T0 + 400 * DAY_MS
    const yearAgo = asOf - 365 * DAY_MS
    const sold = (offset: number, sku: string, ordered_at: number, quantity = 1) =>
      line(offset, ordered_at, { sku, quantity, customer_id: null })
    const lines = [
      ...Array.from({ length: 40 }, (_, n) => sold(n, 'mug', yearAgo + 5 * DAY_MS + n * HOUR_MS)),
      sold(40, 'jug', asOf - 100 * DAY_MS),
    ]
    const products = { mug: { category: 'Home/Mugs' }, jug: { category: 'Home/Mugs' } }
    const seasonal = naiveReader({ records: lines, asOf, historyStart: T0, products })
    const category = (40 + 20) / ((41 * 28) / 365 + 20)
    const mug = named(evaluate(seasonal)(NOBODY)('mug'))
    expect(mug['season_known']).toBe(1)
    expect(mug['season_index']).toBeCloseTo((40 + 20 * category) / ((40 * 28) / 365 + 20), 10)
    const jug = named(evaluate(seasonal)(NOBODY)('jug'))
    expect(jug['season_index']).toBeCloseTo((20 * category) / (28 / 365 + 20), 10)
  })

  test('from the in-process engine are those of the meaning, and lie in their ranges', async () => {
    const hostile = hostileEvents({ seed: 'features', events: 4000, days: 60 })
    const engine = new InProcessEngine()
    await engine.load(
      { horizon: catalog.horizon, streams: catalog.streams, views, batchViews, pairs: [] },
      hostile,
    )
    const asOf = T0 + 90 * DAY_MS
    const skus = Array.from({ length: 60 }, (_, n) => `SKU.${n}`)
    const products = Object.fromEntries(
      skus.map((sku, n) => [
        sku,
        { category: `Home/${n % 3}`, price_cents: 100 * n, list_price_cents: 5000 },
      ]),
    )
    const kept = new Map<string, readonly TileRow[]>()
    for (const plan of views) kept.set(plan.view.name, await engine.tiles(plan))
    const common = { asOf, historyStart: T0 - 400 * DAY_MS, products }
    const [served, trained] = [
      evaluate(readerOf(common, kept, asOf - 1, hostile)),
      evaluate(naiveReader({ ...common, records: hostile })),
    ]
    for (const shopper of ['Insatiable~0', 'c1', 'c2', 'c3', 'nobody']) {
      const request = { ...ANN, shoppers: [`c:${shopper}`], session: `${shopper}.59` }
      const [one, other] = [served(request), trained(request)]
      for (const sku of skus) {
        const row = one(sku)
        expect(row).toEqual(other(sku))
        for (const [place, { name, min, max }] of features.entries()) {
          const value = row[place] ?? Number.NaN
          if (!Number.isNaN(value)) expect(value >= min && value <= max, `${name} ${value}`).toBe(true)
        }
      }
    }
  }, 60_000)

  test('a column over a window, measure or key that is not there is refused by its name', () => {
    const [first] = features
    if (first === undefined || first.value.kind !== 'read')
      throw new Error('bug: the first column reads a view')
    const wrong = { ...first, value: { ...first.value, window: 'last_1h' } }
    expect(() => featureEvaluator([wrong])).toThrow(/feature column 'own_purchases'.*no window 'last_1h'/)
  })
})
