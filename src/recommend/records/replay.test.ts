import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SmallShop } from '../../../test/small-shop.ts'
import { fixedClock } from '../../core/clock.ts'
import { HOUR_MS } from '../../core/duration.ts'
import { weightedSum } from '../../models/candidates/ranker.ts'
import { createRecommender } from '../recommender.ts'
import { SOURCE_WEIGHTS } from '../sources.ts'
import { type DecisionRecord, decodeRecord, encodeRecord } from './decision-record.ts'
import { replay } from './replay.ts'

const NOW = Date.UTC(2026, 5, 15, 12)
const ranker = weightedSum(SOURCE_WEIGHTS)

/** A shop with something of everything, and a recommender that hands its records over. */
function recorded(seed: number) {
  const shop = new SmallShop()
  for (let number = 0; number < 80; number += 1) {
    const variant = number % 3 === 0 ? { parent_sku: `parent-${number % 4}` } : {}
    const brand = number % 2 === 0 ? { brand: `brand-${number % 5}` } : {}
    shop.product(`p${number}`, { category: `Home/${number % 4}`, ...variant, ...brand })
  }
  shop.customer('ann', { fields: { preferences: { brands: ['brand-2'] } } })
  for (let number = 0; number < 12; number += 1) {
    shop.order(number % 3 === 0 ? 'ann' : undefined, [`p${number}`], NOW - (number + 1) * HOUR_MS)
  }
  const records: DecisionRecord[] = []
  const settings = { diversity: 0.3, exploration: 0.5 }
  const recommender = createRecommender({
    state: shop,
    model: () => null,
    clock: fixedClock(NOW),
    settings,
    seed: () => seed,
    record: (record) => records.push(record),
  })
  return { recommender, records }
}

describe('a decision made again from its record', () => {
  test('is the one that was shown, for any request and seed', () => {
    const request = fc.record({
      page: fc.constantFrom('home', 'product', 'cart', 'category'),
      limit: fc.integer({ min: 1, max: 12 }),
      diversity: fc.double({ min: 0, max: 1, noNaN: true }),
      who: fc.constantFrom('ann', undefined),
      seed: fc.nat({ max: 2 ** 32 - 1 }),
    })
    fc.assert(
      fc.property(request, ({ page, limit, diversity, who, seed }) => {
        const { recommender, records } = recorded(seed)
        const { decision } = recommender.recommend({
          page,
          limit,
          diversity,
          ...(who === undefined ? {} : { customerId: who }),
          ...(page === 'product' ? { sku: 'p3' } : {}),
          cart: page === 'cart' ? ['p1', 'p2'] : [],
          exclude: ['p7'],
        })
        const [record] = records
        if (record === undefined) throw new Error('nothing was recorded')
        const again = replay(decodeRecord(encodeRecord(record)), ranker)
        expect(again.differences).toEqual([])
        expect(again.isScored).toBe(true)
        expect(again.items).toEqual(decision.items.map(({ sku }) => sku))
        expect(again.propensities).toEqual(decision.items.map(({ propensity }) => propensity))
        expect(record.candidates.length).toBeGreaterThanOrEqual(decision.items.length)
      }),
      { numRuns: 30 },
    )
  })

  test('differs, and says where, if the record was changed', () => {
    const { recommender, records } = recorded(1)
    recommender.recommend({ page: 'home', cart: [], exclude: [], limit: 3, diversity: 0 })
    const [record] = records
    if (record === undefined) throw new Error('nothing was recorded')
    const values = record.values.slice()
    values[0] = 0.5
    expect(replay({ ...record, values }, ranker).differences[0]).toMatch(
      /score .* was recorded, .* comes out/,
    )
    const candidates = [...record.candidates].reverse()
    expect(replay({ ...record, candidates, ranker: 'another' }, ranker)).toMatchObject({ isScored: false })
    expect(replay({ ...record, shown: record.shown.slice(1) }, ranker).differences.length).toBeGreaterThan(0)
  })

  test('differs from the same decision of another seed in the last slot alone', () => {
    const shown = Array.from({ length: 20 }, (_, seed) => {
      const { recommender } = recorded(seed)
      return recommender
        .recommend({ page: 'home', cart: [], exclude: [], limit: 6, customerId: 'ann' })
        .decision.items.map(({ sku }) => sku)
    })
    expect(new Set(shown.map((skus) => skus.slice(0, -1).join())).size).toBe(1)
    expect(new Set(shown.map((skus) => skus.at(-1))).size).toBeGreaterThan(1)
  })

  test('keeps the ids of who asked only where their events were used', () => {
    const { recommender, records } = recorded(1)
    const page = { page: 'home', cart: [], exclude: [], limit: 3 } as const
    recommender.recommend({ ...page, customerId: 'ann', sessionId: 's-1' })
    recommender.recommend({ ...page, customerId: 'nobody', sessionId: 's-2' })
    expect(records.map(({ request }) => [request.customerId, request.sessionId])).toEqual([
      ['ann', 's-1'],
      [undefined, undefined],
    ])
    expect(records[0]?.asOf).toBe(NOW)
    expect(records[0]?.decidedAt).toBe(NOW)
  })
})
