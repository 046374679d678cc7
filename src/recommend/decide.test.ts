import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Product } from '../catalog/events/products.ts'
import { DAY_MS } from '../core/duration.ts'
import type { ShopperContext, ShopperProduct } from '../models/candidates/candidate-source.ts'
import { popular } from '../models/candidates/popular.ts'
import { repurchase } from '../models/candidates/repurchase.ts'
import { decide, type Shop } from './decide.ts'
import type { DecisionRequest } from './decision.ts'

const NOW = Date.UTC(2026, 0, 31)

const product = (sku: string, fields: Partial<Product> = {}): Product => ({
  sku,
  product_name: `The ${sku}`,
  category: 'Home/Kitchen',
  price_cents: 100,
  currency: 'GBP',
  updated_at: NOW - DAY_MS,
  ...fields,
})

function shopOf(...all: readonly Product[]): Shop {
  const bySku = new Map(all.map((item) => [item.sku, item]))
  return { product: (sku) => bySku.get(sku), products: () => bySku.values(), logPosition: () => 7 }
}

const sales = (purchases: Readonly<Record<string, number>>) =>
  popular(() => ({
    days: 30,
    of: (sku) => ({ purchases: purchases[sku] ?? 0, views: 0 }),
    top: (limit) =>
      Object.keys(purchases)
        .toSorted((a, b) => (purchases[b] ?? 0) - (purchases[a] ?? 0))
        .slice(0, limit),
    greatest: Math.max(0, ...Object.values(purchases)),
  }))

const bought = (sku: string, purchases: number, daysAgo: number): ShopperProduct => ({
  sku,
  views: 0,
  carts: 0,
  wishes: 0,
  purchases,
  lastPurchaseAt: NOW - daysAgo * DAY_MS,
  lastActionAt: NOW - daysAgo * DAY_MS,
})

const shopper = (...products: readonly ShopperProduct[]): ShopperContext => ({
  asOf: NOW,
  recent: [],
  products: new Map(products.map((item) => [item.sku, item])),
  pageSku: undefined,
  cart: [],
})

const home: DecisionRequest = { page: 'home', cart: [], exclude: [], limit: 10 }
const request = (fields: Partial<DecisionRequest>): DecisionRequest => ({ ...home, ...fields })

describe('a decision', () => {
  const shop = shopOf(
    product('mug'),
    product('jug'),
    product('gone', { inventory: 0 }),
    product('dead', { deleted: true }),
  )
  const sources = [
    { source: repurchase, weight: 1 },
    { source: sales({ jug: 9, gone: 50, mug: 1 }), weight: 0.5 },
  ]

  test('shows what the shopper bought before what all buy, and says why in words', () => {
    const { items } = decide(shop, sources, {
      request: home,
      shopper: shopper(bought('mug', 3, 31)),
      personalised: true,
    })
    expect(items.map((item) => item.sku)).toEqual(['mug', 'jug'])
    expect(items[0]?.reasons.map((reason) => reason.text)).toEqual([
      'You bought it 3 times, last 31 days ago',
      'Bought once in 30 days',
    ])
    expect(items[0]?.source).toEqual(['repurchase', 'popular'])
  })

  test('never shows what is out of stock, deleted, not yet available, on the page or in the basket', () => {
    const later = shopOf(product('mug'), product('jug'), product('soon', { available_from: NOW + 1 }))
    const { items } = decide(later, sources, {
      request: request({ sku: 'jug', cart: ['mug'] }),
      shopper: shopper(),
      personalised: false,
    })
    expect(items).toEqual([])
    expect(
      decide(shop, sources, { request: home, shopper: shopper(), personalised: false }).items,
    ).toHaveLength(2)
  })

  test('fills the list of an empty shop with the newest products', () => {
    const fresh = shopOf(product('old', { updated_at: 1 }), product('new', { updated_at: 2 }))
    const { items } = decide(fresh, [], { request: home, shopper: shopper(), personalised: false })
    expect(items.map((item) => [item.sku, item.source])).toEqual([
      ['new', ['filler']],
      ['old', ['filler']],
    ])
  })

  test('keeps to a category path and to one variant per parent', () => {
    const variants = shopOf(
      product('red', { parent_sku: 'mug' }),
      product('blue', { parent_sku: 'mug' }),
      product('sofa', { category: 'Home/Living' }),
      product('pot', { category: 'Home/Kitchenware' }),
    )
    const { items } = decide(variants, [{ source: sales({ red: 2, blue: 3, sofa: 9 }), weight: 1 }], {
      request: request({ category: 'Home/Kitchen' }),
      shopper: shopper(),
      personalised: false,
    })
    expect(items.map((item) => item.sku)).toEqual(['blue'])
  })

  test('base plus contributions is the score, for any history', () => {
    const history = fc.array(fc.tuple(fc.constantFrom('mug', 'jug'), fc.nat(20), fc.nat(400)), {
      maxLength: 3,
    })
    fc.assert(
      fc.property(history, (rows) => {
        const { items } = decide(shop, sources, {
          request: home,
          shopper: shopper(...rows.map(([sku, times, days]) => bought(sku, times, days))),
          personalised: true,
        })
        for (const item of items) {
          const sum = item.reasons.reduce((total, reason) => total + reason.contribution, item.base)
          expect(Math.abs(sum - item.score)).toBeLessThan(1e-9)
        }
      }),
    )
  })
})
