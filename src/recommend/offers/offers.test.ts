import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { SmallShop } from '../../../test/small-shop.ts'
import type { Offer } from '../../catalog/events/offers.ts'
import { fixedClock } from '../../core/clock.ts'
import { DAY_MS } from '../../core/duration.ts'
import { createRecommender } from '../recommender.ts'
import { offerPrice } from './offer-price.ts'

/** A Wednesday. */
const NOW = Date.UTC(2026, 5, 17, 12)
const week = { starts_at: NOW - DAY_MS, ends_at: Date.UTC(2026, 5, 22) }
const offer = (offer_id: string, fields: Partial<Offer>): Offer => ({
  offer_id,
  kind: 'percent',
  updated_at: 1,
  ...week,
  ...fields,
})

describe('the price of one unit with offers', () => {
  const price = (...offers: readonly Offer[]) => {
    const best = offerPrice(999, offers)
    return best === null ? null : [best.priceCents, ...best.offers.map(({ offer_id }) => offer_id)]
  }
  const fifteen = offer('p15', { percent_bp: 1500 })
  const two = offer('a2', { kind: 'amount', amount_off_cents: 200 })

  test('is that of the best one; a percentage is rounded to the nearest cent', () => {
    expect(price()).toBeNull()
    expect(price(fifteen)).toEqual([849, 'p15'])
    expect(price(fifteen, two)).toEqual([799, 'a2'])
    expect(price(offer('free', { percent_bp: 10_000 }))).toEqual([0, 'free'])
    expect(price(offer('too-much', { kind: 'amount', amount_off_cents: 5000 }))).toEqual([0, 'too-much'])
    expect(price(offer('nothing', { percent_bp: 0 }))).toBeNull()
  })

  test('takes stackable ones together, percentages first, if that is less than the best alone', () => {
    const both = [
      { ...two, stackable: true },
      { ...fifteen, stackable: true },
    ]
    expect(price(...both)).toEqual([649, 'p15', 'a2'])
    expect(price(...both, offer('p50', { percent_bp: 5000 }))).toEqual([499, 'p50'])
  })

  test('never rises, never falls below nothing, whatever the offers', () => {
    const any = fc.record({
      offer_id: fc.uuid(),
      percent_bp: fc.integer({ min: 0, max: 10_000 }),
      stackable: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.array(any, { maxLength: 5 }), (cents, some) => {
        const best = offerPrice(
          cents,
          some.map(({ offer_id, ...fields }) => offer(offer_id, fields)),
        )
        if (best === null) return
        expect(best.priceCents >= 0 && best.priceCents < cents).toBe(true)
      }),
    )
  })
})

describe('offers in an answer', () => {
  let shop: SmallShop
  const ask = (customerId?: string, asOf?: number) => {
    const recommender = createRecommender({
      state: shop,
      model: () => null,
      clock: fixedClock(NOW),
      seed: () => 1,
    })
    const who = customerId === undefined ? {} : { customerId }
    const when = asOf === undefined ? {} : { asOf }
    return recommender.recommend({ page: 'home', cart: [], exclude: [], limit: 5, ...who, ...when }).decision
      .items
  }
  const priceOf = (sku: string, customerId?: string, asOf?: number) =>
    ask(customerId, asOf).find((item) => item.sku === sku)?.offer?.priceCents ?? null

  beforeEach(() => {
    shop = new SmallShop()
    shop.product('mug', { category: 'Home/Mugs', price_cents: 1000 })
    shop.product('tent', { category: 'Outdoor', price_cents: 1000 })
    shop.order(undefined, ['mug', 'tent'], NOW - 2 * DAY_MS)
  })

  test('are priced in, said in words with their end, and a reason of their own', () => {
    shop.offer('o1', { kind: 'percent', percent_bp: 1500, skus: [{ sku: 'mug', quantity: 1 }], ...week })
    const [mug] = ask()
    expect(mug?.sku).toBe('mug')
    expect(mug?.offer).toEqual({
      offerIds: ['o1'],
      priceCents: 850,
      endsAt: week.ends_at,
      text: '15 % off until Sunday',
    })
    expect(mug?.priceCents).toBe(1000)
    const discount = mug?.reasons.find(({ driver }) => driver === 'discount')
    expect(discount?.text).toBe('15 % off until Sunday')
    expect(discount?.contribution).toBeGreaterThan(0)
    expect(ask().find(({ sku }) => sku === 'tent')?.offer).toBeNull()
  })

  test('hold for a category with all below, from their start until before their end', () => {
    shop.offer('o1', { kind: 'percent', percent_bp: 5000, category: 'Home', ...week })
    expect(priceOf('mug')).toBe(500)
    expect(priceOf('tent')).toBeNull()
    expect(priceOf('mug', undefined, week.starts_at)).toBe(500)
    expect(priceOf('mug', undefined, week.starts_at - 1)).toBeNull()
    expect(priceOf('mug', undefined, week.ends_at)).toBeNull()
  })

  test('of an audience hold for it alone, and for nobody who may not be asked', () => {
    const young = { gender: 'female', birth_year: 2000, location: 'US-CA' }
    shop.customer('ann', { demographics: true, fields: young })
    shop.customer('bob', { demographics: false, fields: young })
    shop.customer('cat', { demographics: true, fields: { ...young, location: 'GB' } })
    const audience = { generations: ['gen_z'], genders: ['female'], locations: ['US'] }
    shop.offer('o1', { kind: 'percent', percent_bp: 5000, audience, ...week })
    expect(['ann', 'bob', 'cat', undefined].map((who) => priceOf('mug', who))).toEqual([
      500,
      null,
      null,
      null,
    ])
  })

  test('for new customers hold until the first purchase', () => {
    shop.customer('ann')
    shop.offer('o1', { kind: 'amount', amount_off_cents: 100, audience: { is_new: true }, ...week })
    expect(priceOf('tent', 'ann')).toBe(900)
    expect(priceOf('tent')).toBeNull()
    shop.order('ann', ['mug'], NOW - DAY_MS)
    expect(priceOf('tent', 'ann')).toBeNull()
  })
})

describe('bundles', () => {
  let shop: SmallShop
  const ask = (skus: readonly string[], limit = 5) =>
    createRecommender({ state: shop, model: () => null, clock: fixedClock(NOW) })
      .bundles({ skus, limit })
      .bundles.map(({ lines, price, score, reasons }) => ({
        skus: lines.map(({ sku, quantity }) => (quantity === 1 ? sku : `${quantity} ${sku}`)),
        price: [price.beforeCents, price.afterCents],
        offers: price.offerIds,
        isSum: Math.abs(score - reasons.reduce((sum, { contribution }) => sum + contribution, 0)) < 1e-9,
        texts: reasons.map(({ text }) => text),
      }))

  beforeEach(() => {
    shop = new SmallShop()
    for (const sku of ['mug', 'saucer', 'spoon', 'gone']) shop.product(sku, { price_cents: 1000 })
    shop.add('inventory', 2, { sku: 'gone', inventory: 0, updated_at: 2 })
    for (const who of ['ann', 'bob', 'cat']) {
      shop.customer(who, { training: true })
      shop.order(who, ['mug', 'saucer', 'gone'], NOW - 3 * DAY_MS)
    }
    shop.order('cat', ['mug', 'spoon'], NOW - 9 * DAY_MS)
  })

  test('are what was bought in one basket, in stock, strongest first, with the joint price', () => {
    expect(ask(['mug'])).toEqual([
      {
        skus: ['mug', 'saucer'],
        price: [2000, 2000],
        offers: [],
        isSum: true,
        texts: ['Bought together with The mug 3 times'],
      },
      {
        skus: ['mug', 'spoon'],
        price: [2000, 2000],
        offers: [],
        isSum: true,
        texts: ['Bought together with The mug once'],
      },
    ])
  })

  test('of an offer come with its price; one that takes something else in is not used', () => {
    const skus = [
      { sku: 'mug', quantity: 2 },
      { sku: 'saucer', quantity: 1 },
    ]
    shop.offer('set', { kind: 'bundle', amount_off_cents: 600, skus, ...week })
    shop.offer('p10', { kind: 'percent', percent_bp: 1000, skus: [{ sku: 'saucer', quantity: 1 }], ...week })
    const found = ask(['mug'])
    expect(found.find((bundle) => bundle.skus[0] === '2 mug')).toEqual({
      skus: ['2 mug', 'saucer'],
      price: [3000, 2400],
      offers: ['set'],
      isSum: true,
      texts: ['20 % off together until Sunday'],
    })
    expect(found.find((bundle) => bundle.skus.join() === 'mug,saucer')?.price).toEqual([2000, 1900])
  })

  test('around what the shop does not have are an error', () => {
    expect(() => ask(['nope'])).toThrow(/no product 'nope'/)
    expect(ask(['spoon', 'nope']).map(({ skus }) => skus)).toEqual([['spoon', 'mug']])
  })
})
