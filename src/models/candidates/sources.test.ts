import { beforeEach, describe, expect, test } from 'vitest'
import { SmallShop } from '../../../test/small-shop.ts'
import { fixedClock } from '../../core/clock.ts'
import { DAY_MS, HOUR_MS } from '../../core/duration.ts'
import type { DecisionRequest, ShownItem } from '../../recommend/decision.ts'
import { createRecommender } from '../../recommend/recommender.ts'
import type { SegmentSnapshot } from '../../recommend/segment-sales.ts'
import { dueness } from './repurchase.ts'

/** A Monday. */
const NOW = Date.UTC(2026, 5, 15, 12)
let shop: SmallShop
let segments: SegmentSnapshot | null = null

const answer = (request: Partial<DecisionRequest> = {}): readonly ShownItem[] =>
  createRecommender({
    state: shop,
    model: () => null,
    clock: fixedClock(NOW),
    seed: () => 1,
    segments: () => segments,
  }).recommend({ page: 'home', cart: [], exclude: [], limit: 10, diversity: 0, ...request }).decision.items

const saysOf = (sku: string, request: Partial<DecisionRequest> = {}) =>
  answer(request)
    .find((item) => item.sku === sku)
    ?.reasons.map(({ driver, text }) => `${driver}: ${text}`) ?? []

beforeEach(() => {
  shop = new SmallShop()
  segments = null
  for (const sku of ['mug', 'jug', 'pot', 'tea']) shop.product(sku, { category: `Home/${sku}` })
  // Something happens every hour, so that the shop's present is now.
  shop.order(undefined, ['elsewhere'], NOW - HOUR_MS)
  shop.customer('ann', { demographics: true, fields: { gender: 'female', birth_year: 2000, location: 'GB' } })
})

describe('what each driver says in an answer', () => {
  test('history: what is bought in a rhythm is due again when its gap has passed', () => {
    for (const days of [90, 60, 30]) shop.order('ann', ['tea'], NOW - days * DAY_MS)
    expect(saysOf('tea', { customerId: 'ann' })).toContain(
      'history: You buy it about every 30 days, last 30 days ago: it may be due again',
    )
    const done = {
      views: 0,
      carts: 0,
      wishes: 0,
      purchases: 3,
      purchaseDays: 3,
      firstPurchaseAt: NOW - 80 * DAY_MS,
      lastPurchaseAt: NOW - 20 * DAY_MS,
      lastActionAt: NOW - 20 * DAY_MS,
    }
    expect(dueness(done, NOW)).toBeCloseTo(20 / 30, 12)
    expect(dueness(done, NOW + 10 * DAY_MS)).toBe(1)
    expect(dueness(done, NOW + 130 * DAY_MS)).toBeCloseTo(Math.exp(-1), 12)
    expect(dueness({ ...done, purchaseDays: 2 }, NOW)).toBeCloseTo(Math.exp(-20 / 120), 12)
  })

  test('history: the wishlist until it is bought, and what the shopper says to like', () => {
    shop.customer('bob', { fields: { preferences: { categories: ['Home/pot'] } } })
    shop.order(undefined, ['pot', 'jug'], NOW - DAY_MS)
    shop.click('add_to_wishlist', 's1', 'jug', NOW - 30 * DAY_MS, 'bob')
    expect(saysOf('jug', { customerId: 'bob' })).toContain('history: It is on your wishlist')
    expect(saysOf('pot', { customerId: 'bob' })).toContain('history: You like pot, as you told us')
    shop.click('remove_from_wishlist', 's1', 'jug', NOW - 20 * DAY_MS, 'bob')
    expect(saysOf('jug', { customerId: 'bob' })).not.toContain('history: It is on your wishlist')
  })

  test('affinity: what others bought in one basket, and looked at in one visit', () => {
    for (const who of ['x', 'y', 'z']) {
      shop.customer(who, { training: true })
      shop.order(who, ['mug', 'jug'], NOW - 3 * DAY_MS)
      shop.click('view_item', `s-${who}`, 'mug', NOW - 5 * DAY_MS, who)
      shop.click('view_item', `s-${who}`, 'pot', NOW - 5 * DAY_MS + HOUR_MS, who)
    }
    const page = { page: 'product', sku: 'mug' } as const
    expect(saysOf('jug', page)).toContain('affinity: Bought together with The mug 3 times')
    expect(saysOf('pot', page)).toContain('affinity: Looked at in 3 visits beside The mug')
  })

  test('affinity: nothing is learnt from those who have not agreed to it', () => {
    for (const who of ['x', 'y', 'z']) {
      shop.customer(who, { training: false })
      shop.order(who, ['mug', 'jug'], NOW - 3 * DAY_MS)
    }
    shop.order(undefined, ['mug', 'jug'], NOW - 3 * DAY_MS)
    const drivers = answer({ page: 'product', sku: 'mug' }).flatMap(({ reasons }) =>
      reasons.map(({ driver }) => driver),
    )
    expect(drivers).not.toContain('affinity')
  })

  test('demographics: what groups of the shopper buy more than everybody, in words, of the group that stands out most', () => {
    const row = (gender: string, region: string, sku: string, purchases: number) => ({
      key: ['gen_z', gender, region, sku],
      values: [0, purchases, purchases],
    })
    const rows = [row('female', 'GB', 'jug', 30), row('male', 'GB', 'pot', 20), row('male', 'FR', 'mug', 70)]
    segments = { asOf: NOW - HOUR_MS, position: 0, days: 90, rows }
    const ann = { customerId: 'ann' }
    expect(saysOf('jug', ann)).toContain('demographics: Popular with women: bought 30 times in 90 days')
    expect(saysOf('pot', ann)).toContain(
      'demographics: Popular with people in GB: bought 20 times in 90 days',
    )
    // Of their generation, as is everything: no more than expected.
    expect(saysOf('mug', ann).some((text) => text.startsWith('demographics'))).toBe(false)
    expect(answer(ann)[0]?.sku).toBe('jug')
    segments = { ...segments, asOf: NOW + HOUR_MS }
    expect(saysOf('jug', ann).some((text) => text.startsWith('demographics'))).toBe(false)
  })

  test('season: what sold in these weeks a year ago', () => {
    shop.order(undefined, ['mug'], NOW - 390 * DAY_MS)
    for (let times = 0; times < 8; times += 1) shop.order(undefined, ['pot'], NOW - (360 + times) * DAY_MS)
    const [first, ...rest] = saysOf('pot').filter((text) => text.startsWith('season'))
    expect(first).toMatch(
      /^season: Bought 8 times in these weeks last year, [0-9.]+ times as often as in others$/,
    )
    expect(rest).toEqual([])
  })

  test('discount: a price below the usual one, without a list price', () => {
    for (const days of [9, 8, 7]) shop.order(undefined, ['pot'], NOW - days * DAY_MS)
    shop.add('inventory', NOW - DAY_MS, {
      sku: 'pot',
      inventory: 9,
      price_cents: 75,
      updated_at: NOW - DAY_MS,
    })
    expect(saysOf('pot')).toContain('discount: 25 % off')
  })

  test('popularity: what rises says so', () => {
    for (let times = 0; times < 6; times += 1) shop.order(undefined, ['pot'], NOW - 2 * DAY_MS)
    shop.order(undefined, ['pot'], NOW - 20 * DAY_MS)
    expect(saysOf('pot')[0]).toBe('popularity: Bought 6 times in 7 days, 19 times as often as before')
  })

  test('content: what is new and like what was bought', () => {
    shop.product('kettle', {
      category: 'Home/tea',
      product_name: 'Kettle for tea',
      available_from: NOW - 3 * DAY_MS,
    })
    shop.order('ann', ['tea'], NOW - DAY_MS)
    expect(saysOf('kettle', { customerId: 'ann' })).toContain('content: New, and like The tea')
  })
})
