import { beforeEach, describe, expect, test } from 'vitest'
import { SmallShop } from '../../test/small-shop.ts'
import { fixedClock } from '../core/clock.ts'
import { DAY_MS, HOUR_MS } from '../core/duration.ts'
import { seededRandom } from '../core/random.ts'
import type { AffinityTable } from '../models/candidates/affinity.ts'
import { randomRanker } from '../models/rankers/random-ranker.ts'
import type { DecisionRequest } from './decision.ts'
import { createRecommender, type ServingModel } from './recommender.ts'
import type { DecisionRecord } from './records/decision-record.ts'
import { RANKED_NAMES } from './sources.ts'

const NOW = Date.UTC(2026, 5, 15, 12)
let state: SmallShop

const page: DecisionRequest = { page: 'home', cart: [], exclude: [], limit: 5, diversity: 0 }

/** After a mug comes a saucer, after a saucer a spoon: B[saucer, spoon] = 2, B[mug, saucer] = 4. */
const table: AffinityTable = {
  skus: ['mug', 'saucer', 'spoon', 'gone'],
  weights: {
    itemCount: 4,
    starts: Int32Array.of(0, 2, 3, 3, 3),
    targets: Int32Array.of(1, 3, 2),
    weights: Float32Array.of(4, 5, 2),
  },
}
const model: ServingModel = { version: 'm1', trainedAt: NOW - HOUR_MS, affinity: table }

const recommender = (serving: ServingModel | null = model, at = NOW) =>
  createRecommender({ state, model: () => serving, clock: fixedClock(at), seed: () => 1 })

const skus = (customerId?: string, sessionId?: string) =>
  recommender()
    .recommend({
      ...page,
      ...(customerId === undefined ? {} : { customerId }),
      ...(sessionId === undefined ? {} : { sessionId }),
    })
    .decision.items.map((item) => item.sku)

beforeEach(() => {
  state = new SmallShop()
  for (const sku of ['mug', 'saucer', 'spoon']) state.product(sku)
  state.product('gone', { inventory: 0 })
  state.customer('ann')
  state.customer('bob', { personalisation: false })
  state.order('ann', ['mug'], NOW - 2 * DAY_MS)
  state.order('bob', ['spoon'], NOW - 3 * DAY_MS)
  state.order(undefined, ['spoon'], NOW - 3 * DAY_MS)
})

describe('the recommender', () => {
  test('ranks by trees whose history is known, and by the weights of the sources who is new', () => {
    const ranker = {
      ...randomRanker(seededRandom('trees'), { shape: 'oblivious', depth: 2, featureCount: 3, treeCount: 4 }),
      featureNames: RANKED_NAMES.slice(0, 3),
    }
    const records: DecisionRecord[] = []
    const { recommend } = createRecommender({
      state,
      model: () => ({ ...model, ranker }),
      clock: fixedClock(NOW),
      record: (record) => records.push(record),
    })
    state.customer('new')
    for (const customerId of ['ann', 'new']) recommend({ ...page, customerId })
    expect(records.map((record) => record.ranker)).toEqual(['m1', expect.stringMatching(/^weighted-sum-/)])
  })

  test('gives history, then what goes with it, then what is popular, each with its reason', () => {
    const { decision } = recommender().recommend({ ...page, customerId: 'ann' })
    expect(decision.items.map((item) => [item.sku, item.reasons[0]?.driver, item.reasons[0]?.text])).toEqual([
      ['mug', 'history', 'You bought it 2 days ago'],
      ['saucer', 'affinity', 'Goes with The mug, which you chose 2 days ago'],
      ['spoon', 'popularity', 'Bought 2 times in 30 days'],
    ])
    expect(decision.personalised).toBe(true)
    expect(decision.notes).toEqual(['Less than a year of sales is known: seasons are not used.'])
  })

  test('an event changes the next answer', () => {
    const serving = recommender()
    const first = () => serving.recommend({ ...page, sessionId: 's1' }).decision.items[0]?.sku
    expect(first()).toBe('spoon')
    state.click('view_item', 's1', 'mug', NOW - 1000)
    expect(first()).toBe('saucer')
    for (let index = 0; index < 9; index += 1) state.order(undefined, ['mug'], NOW - HOUR_MS)
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
    state.click('view_item', 's1', 'saucer', NOW - 1000, 'bob')
    expect(skus('bob', 's1')).toEqual(skus())
    expect(skus('nobody')).toEqual(skus())
  })

  test('an as-of in the past knows nothing of what came later, not even in the same hour', () => {
    const serving = recommender()
    const at = (asOf: number) => serving.recommend({ ...page, customerId: 'ann', asOf }).decision.items
    const allFillers = (asOf: number) =>
      at(asOf).every((item) => item.source.every((name) => name === 'filler' || name === 'exploration'))
    expect(allFillers(NOW - 10 * DAY_MS)).toBe(true)
    expect(allFillers(NOW - 3 * DAY_MS)).toBe(true)
    expect(allFillers(NOW - 3 * DAY_MS + HOUR_MS)).toBe(false)
  })

  test('a shop whose events lie in the past is asked about its own last week', () => {
    const later = recommender(null, NOW + 900 * DAY_MS)
    const { decision, freshness } = later.recommend({ ...page, customerId: 'ann' })
    expect(decision.asOf).toBe(NOW + 5 * DAY_MS)
    expect(decision.items[0]?.reasons[0]?.text).toBe('You bought it 7 days ago')
    expect(freshness).toEqual({ eventsMs: 902 * DAY_MS, modelS: null })
  })

  test('an event whose clock goes ahead of ours is in the present, not in the future of an answer', () => {
    const serving = recommender()
    state.click('view_item', 's1', 'mug', NOW + 60_000)
    const { decision } = serving.recommend({ ...page, sessionId: 's1' })
    expect(decision.asOf).toBe(NOW + 60_001)
    expect(decision.items[0]?.sku).toBe('saucer')
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

  test('orders a list of the caller, and names what it leaves out', () => {
    const { decision, leftOut } = recommender().rank({ ...page, customerId: 'ann' }, [
      'spoon',
      'nope',
      'gone',
      'saucer',
      'mug',
      'spoon',
    ])
    expect(decision.items.map(({ sku }) => sku)).toEqual(['mug', 'saucer', 'spoon'])
    expect(decision.items[0]?.reasons[0]?.text).toBe('You bought it 2 days ago')
    expect(leftOut).toEqual([
      { sku: 'nope', reason: 'unknown_product' },
      { sku: 'gone', reason: 'out_of_stock' },
    ])
  })
})
