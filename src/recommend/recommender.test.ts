import { beforeEach, describe, expect, test } from 'vitest'
import { NaiveShopState } from '../../test/naive-shop-state.ts'
import { fixedClock } from '../core/clock.ts'
import { DAY_MS, HOUR_MS } from '../core/duration.ts'
import type { AffinityScorer } from '../models/candidates/affinity.ts'
import { createRecommender, type ServingModel } from './recommender.ts'

const NOW = Date.UTC(2026, 5, 15, 12)
let state: NaiveShopState

const page = { page: 'home', cart: [], exclude: [], limit: 5 } as const

function product(sku: string, inventory: number | null = null): void {
  const value = {
    sku,
    product_name: `The ${sku}`,
    category: 'Home',
    price_cents: 100,
    currency: 'GBP',
    updated_at: 1,
  }
  state.add('products', 1, inventory === null ? value : { ...value, inventory })
}

function customer(customer_id: string, personalisation: boolean): void {
  const consent = { personalisation, demographics: false, training: false }
  state.add('customers', 1, { customer_id, consent, updated_at: 1 })
}

function order(customer_id: string | undefined, sku: string, at: number): void {
  const order_id = `o${state.position()}`
  const line = {
    order_id,
    line_no: 1,
    sku,
    quantity: 1,
    price_cents: 100,
    price_discount_cents: 0,
    currency: 'GBP',
  }
  state.add('orders', at, { ...line, ...(customer_id === undefined ? {} : { customer_id }), ordered_at: at })
}

function view(session_id: string, sku: string, at: number, customer_id?: string): void {
  const event = { event_id: `e${state.position()}`, event: 'view_item', occurred_at: at, session_id }
  const who = customer_id === undefined ? {} : { customer_id }
  state.add('clickstream', at, { ...event, ...who, payload: { items: [{ item_id: sku }] } })
}

/** After a mug comes a saucer, after a saucer a spoon: B[saucer, spoon] = 2, B[mug, saucer] = 4. */
const scorer: AffinityScorer = {
  scores: (history) =>
    new Map([
      ...(history.includes('mug') ? [['saucer', 4] as const] : []),
      ...(history.includes('saucer') ? [['spoon', 2] as const] : []),
    ]),
  explain: (history, sku) => {
    const from = sku === 'saucer' ? 'mug' : 'saucer'
    return history.includes(from) ? [{ sku: from, contribution: sku === 'saucer' ? 4 : 2 }] : []
  },
  similar: (sku) =>
    sku === 'mug'
      ? [
          { sku: 'gone', score: 5 },
          { sku: 'saucer', score: 4 },
        ]
      : [],
}
const model: ServingModel = { version: 'm1', trainedAt: NOW - HOUR_MS, affinity: scorer }

const recommender = (serving: ServingModel | null = model) =>
  createRecommender({ state, model: () => serving, clock: fixedClock(NOW) })

const skus = (customerId?: string, sessionId?: string) =>
  recommender()
    .recommend({
      ...page,
      ...(customerId === undefined ? {} : { customerId }),
      ...(sessionId === undefined ? {} : { sessionId }),
    })
    .decision.items.map((item) => item.sku)

beforeEach(() => {
  state = new NaiveShopState()
  for (const sku of ['mug', 'saucer', 'spoon']) product(sku)
  product('gone', 0)
  customer('ann', true)
  customer('bob', false)
  order('ann', 'mug', NOW - 2 * DAY_MS)
  order('bob', 'spoon', NOW - 3 * DAY_MS)
  order(undefined, 'spoon', NOW - 3 * DAY_MS)
})

describe('the recommender', () => {
  test('gives history, then what goes with it, then what is popular, each with its reason', () => {
    const { decision } = recommender().recommend({ ...page, customerId: 'ann' })
    expect(decision.items.map((item) => [item.sku, item.reasons[0]?.driver, item.reasons[0]?.text])).toEqual([
      ['mug', 'history', 'You bought it 2 days ago'],
      ['saucer', 'affinity', 'Goes with The mug, which you chose 2 days ago'],
      ['spoon', 'popularity', 'Bought 2 times in 30 days'],
    ])
    expect(decision.personalised).toBe(true)
  })

  test('an event changes the next answer', () => {
    const serving = recommender()
    const first = () => serving.recommend({ ...page, sessionId: 's1' }).decision.items[0]?.sku
    expect(first()).toBe('spoon')
    view('s1', 'mug', NOW - 1000)
    expect(first()).toBe('saucer')
    for (let index = 0; index < 9; index += 1) order(undefined, 'mug', NOW - HOUR_MS)
    expect(serving.recommend(page).decision.items[0]?.sku).toBe('mug')
  })

  test('a product whose stock runs out is not shown from the next answer on, until there is stock again', () => {
    const serving = recommender()
    const shown = () => serving.recommend(page).decision.items.map(({ sku, priceCents }) => [sku, priceCents])
    expect(shown().map(([sku]) => sku)).toContain('spoon')
    state.add('inventory', 2, { sku: 'spoon', inventory: 0, updated_at: 2 })
    expect(shown().map(([sku]) => sku)).not.toContain('spoon')
    state.add('inventory', 3, { sku: 'spoon', inventory: 5, price_cents: 80, updated_at: 3 })
    expect(shown()).toContainEqual(['spoon', 80])
    state.add('inventory', 3, { sku: 'saucer', inventory: 0, updated_at: 3 })
    expect(serving.similar('mug', 5)).toEqual([])
  })

  test('without consent nothing of the person is read: the answer is that of a stranger', () => {
    view('s1', 'saucer', NOW - 1000, 'bob')
    expect(skus('bob', 's1')).toEqual(skus())
    expect(skus('nobody')).toEqual(skus())
  })

  test('an as-of in the past knows nothing of what came later', () => {
    const { decision } = recommender().recommend({ ...page, customerId: 'ann', asOf: NOW - 10 * DAY_MS })
    expect(decision.items.every((item) => item.source[0] === 'filler')).toBe(true)
  })

  test('a shop whose events lie in the past is asked about its own last week', () => {
    const later = createRecommender({ state, model: () => null, clock: fixedClock(NOW + 900 * DAY_MS) })
    const { decision, freshness } = later.recommend({ ...page, customerId: 'ann' })
    expect(decision.asOf).toBe(NOW + 5 * DAY_MS)
    expect(decision.items[0]?.reasons[0]?.text).toBe('You bought it 7 days ago')
    expect(freshness).toEqual({ eventsMs: 902 * DAY_MS, modelS: null })
  })

  test('similar products are in stock, and asking for an unknown one or without a model is an error', () => {
    expect(
      recommender()
        .similar('mug', 5)
        .map(({ product: { sku } }) => sku),
    ).toEqual(['saucer'])
    expect(() => recommender().similar('nope', 5)).toThrow(/no product 'nope'/)
    expect(() => recommender(null).similar('mug', 5)).toThrow(/no model/)
  })
})
