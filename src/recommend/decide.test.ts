import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { SmallShop } from '../../test/small-shop.ts'
import { fixedClock } from '../core/clock.ts'
import { DAY_MS } from '../core/duration.ts'
import type { DecisionRequest } from './decision.ts'
import { createRecommender } from './recommender.ts'

const NOW = Date.UTC(2026, 0, 31)
const home: DecisionRequest = { page: 'home', cart: [], exclude: [], limit: 10, diversity: 0 }
let shop: SmallShop

const decide = (request: Partial<DecisionRequest> = {}) =>
  createRecommender({ state: shop, model: () => null, clock: fixedClock(NOW), seed: () => 1 }).recommend({
    ...home,
    ...request,
  }).decision.items
const skus = (request: Partial<DecisionRequest> = {}) => decide(request).map(({ sku }) => sku)

beforeEach(() => {
  shop = new SmallShop()
})

describe('a decision', () => {
  test('never shows what is out of stock, deleted, not yet available, on the page, in the basket or excluded', () => {
    shop.product('mug')
    shop.product('jug')
    shop.product('pot')
    shop.product('pan')
    shop.product('gone', { inventory: 0 })
    shop.product('dead', { deleted: true })
    shop.product('soon', { available_from: NOW + 10 * DAY_MS })
    shop.order(undefined, ['mug', 'jug', 'pot', 'pan', 'gone', 'dead', 'soon'], NOW - DAY_MS)
    expect(skus().toSorted()).toEqual(['jug', 'mug', 'pan', 'pot'])
    expect(skus({ page: 'cart', sku: 'jug', cart: ['mug'], exclude: ['pan'] })).toEqual(['pot'])
  })

  test('fills the list of an empty shop with the newest products', () => {
    shop.product('old', { updated_at: 1 })
    shop.product('new', { updated_at: 2 })
    expect(skus().toSorted()).toEqual(['new', 'old'])
    expect(decide()[0]?.reasons).toEqual([{ driver: 'content', contribution: 0, text: 'New in the shop' }])
  })

  test('keeps to a category path, brands, prices and attributes', () => {
    shop.product('red', { category: 'Home/Kitchen', brand: 'Bodum', attributes: { colour: 'red' } })
    shop.product('blue', { category: 'Home/Kitchen/Mugs', price_cents: 900, attributes: { colour: 'blue' } })
    shop.product('sofa', { category: 'Home/Living' })
    shop.product('pot', { category: 'Home/Kitchenware' })
    expect(skus({ category: 'Home/Kitchen' }).toSorted()).toEqual(['blue', 'red'])
    expect(skus({ category: 'Nowhere' })).toEqual([])
    expect(skus({ filter: { brands: ['Bodum', 'Nobody'] } })).toEqual(['red'])
    expect(skus({ filter: { minPriceCents: 101, maxPriceCents: 900 } })).toEqual(['blue'])
    expect(skus({ filter: { attributes: { colour: 'red' } } })).toEqual(['red'])
  })

  test('shows one variant of a product: the one bought most, else the shopper’s size, else what is in stock', () => {
    for (const size of ['S', 'M', 'L'])
      shop.product(`tee-${size}`, { parent_sku: 'tee', attributes: { size } })
    shop.order(undefined, ['tee-S'], NOW - DAY_MS)
    shop.customer('ann', { fields: { preferences: { sizes: ['M'] } } })
    expect(skus()).toEqual(['tee-S'])
    const [shown] = decide({ customerId: 'ann' })
    expect(shown?.sku).toBe('tee-M')
    expect(shown?.moves).toEqual([{ by: 'rule', from: 0, text: 'The variant that suits you' }])
    shop.add('inventory', 2, { sku: 'tee-S', inventory: 0, updated_at: 2 })
    expect(skus()[0]).toMatch(/^tee-[LM]$/)
    expect(skus({ page: 'product', sku: 'tee-M' })).toEqual([])
  })

  test('the more diversity, the sooner something else comes; what moved says from where', () => {
    for (const [index, sku] of ['mug-1', 'mug-2', 'mug-3'].entries()) {
      shop.product(sku, { category: 'Home/Mugs' })
      for (let times = 0; times < 9 - index; times += 1) shop.order(undefined, [sku], NOW - DAY_MS)
    }
    shop.product('tent', { category: 'Outdoor/Tents' })
    shop.order(undefined, ['tent'], NOW - DAY_MS)
    expect(skus({ diversity: 0 })).toEqual(['mug-1', 'mug-2', 'mug-3', 'tent'])
    const items = decide({ diversity: 0.9 })
    expect(items.map(({ sku }) => sku)).toEqual(['mug-1', 'tent', 'mug-2', 'mug-3'])
    expect(items[1]?.moves).toEqual([{ by: 'diversity', from: 3, text: 'Moved up for variety' }])
    expect(items[0]?.moves).toEqual([])
  })

  test('says nothing of reasons where none are wanted', () => {
    shop.product('mug')
    expect(decide({ explain: false })[0]?.reasons).toEqual([])
  })

  test('base plus contributions is the score, for any history', () => {
    const history = fc.array(
      fc.tuple(
        fc.constantFrom('mug', 'jug', 'tee'),
        fc.constantFrom('view_item', 'add_to_cart', 'order'),
        fc.nat(90),
      ),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(history, fc.constantFrom('home', 'product'), (rows, page) => {
        shop = new SmallShop()
        shop.product('mug', { list_price_cents: 150 })
        shop.product('jug', { brand: 'Bodum' })
        shop.product('tee', { category: 'Wear' })
        shop.customer('ann', { fields: { preferences: { brands: ['Bodum'] } } })
        for (const [sku, what, days] of rows) {
          const at = NOW - days * DAY_MS - 1
          if (what === 'order') shop.order('ann', [sku], at)
          else shop.click(what, 's1', sku, at, 'ann')
        }
        for (const item of decide({ customerId: 'ann', page })) {
          const sum = item.reasons.reduce((total, reason) => total + reason.contribution, item.base)
          expect(Math.abs(sum - item.score)).toBeLessThan(1e-9)
        }
      }),
      { numRuns: 40 },
    )
  })
})
