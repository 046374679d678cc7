import { describe, expect, test } from 'vitest'
import { SmallShop } from '../../../test/small-shop.ts'
import { DAY_MS, HOUR_MS } from '../../core/duration.ts'
import { seededRandom } from '../../core/random.ts'
import { LiveShop } from '../live-shop.ts'
import { sellableState } from '../sellable-product.ts'
import { readerOf, shopperContext } from '../shopper-context.ts'
import { ShopDeals } from './shop-deals.ts'

const NOW = Date.UTC(2026, 5, 17, 12)
const SKUS = Array.from({ length: 30 }, (_, number) => `sku-${number}`)

/** Products, half of them with a list price, and people of two countries. */
function open() {
  const state = new SmallShop()
  for (const [number, sku] of SKUS.entries()) {
    const category = number % 3 === 0 ? 'Home/Mugs' : 'Outdoor'
    const listPrice = number % 2 === 0 ? {} : { list_price_cents: 120 }
    state.product(sku, { category, price_cents: 100, ...listPrice })
  }
  state.customer('ann', { demographics: true, fields: { location: 'GB' } })
  state.customer('bob', { demographics: true, fields: { location: 'FR' } })
  const sold = sellableState(state)
  const shop = new LiveShop(sold)
  const asked = (customerId: string, asOf: number) => {
    const request = { page: 'home', customerId, cart: [], exclude: [], limit: 5 } as const
    return shopperContext({ state: sold, shop, request, reader: readerOf(sold, request), asOf })
  }
  /** What a shop that has kept nothing says. */
  const anew = () =>
    new ShopDeals({
      items: shop.items,
      offersNow: () => shop.offers,
      usualPrices: shop.usualPrices,
      figuresAt: shop.sales.at,
    })
  return { state, shop, asked, anew }
}

type Opened = ReturnType<typeof open>

/** Says of every product, to both people, whether there is a deal; checks it against a shop that has kept nothing. */
function seen({ shop, asked, anew }: Opened, asOf: number): number {
  shop.refresh()
  let count = 0
  for (const customer of ['ann', 'bob']) {
    const shopper = asked(customer, asOf)
    const kept = shop.deals.at(shopper)
    const lookedInto = new Set(kept.items(SKUS.length))
    const fresh = anew().at(shopper)
    for (let item = 0; item < shop.items.count; item += 1) {
      const deal = kept.of(item)
      expect(deal, `${shop.items.sku(item)} for ${customer} at ${asOf - NOW}`).toEqual(fresh.of(item))
      expect(kept.offRatio(item)).toBe(deal?.offRatio ?? 0)
      if (deal === null) continue
      count += 1
      if (shop.offers.isNamed(item)) expect(lookedInto.has(item)).toBe(true)
    }
  }
  return count
}

describe('deals that are kept', () => {
  test('are those of a shop that keeps none, whatever changes and whichever instant is asked about', () => {
    const opened = open()
    const { state } = opened
    const random = seededRandom('deals')
    const counts = new Set<number>()
    const change = (): void => {
      const sku = random.pick(SKUS)
      const at = NOW + random.below(40) * HOUR_MS
      const lot = random.below(5)
      if (lot === 0) state.product(sku, { price_cents: 50 + random.below(80), updated_at: at })
      else if (lot === 1) state.order(undefined, [sku, sku], NOW - random.below(5) * DAY_MS)
      else {
        const audience = random.below(3) === 0 ? { audience: { locations: ['GB'] } } : {}
        const about = random.below(4) === 0 ? { category: 'Home' } : { skus: [{ sku, quantity: 1 }] }
        const hours = {
          starts_at: at - random.below(60) * HOUR_MS,
          ends_at: at + random.below(60) * HOUR_MS,
        }
        const percent = { kind: 'percent', percent_bp: 100 * random.below(60) } as const
        state.offer(`offer-${random.below(8)}`, { ...percent, ...about, ...audience, ...hours })
      }
    }
    for (let step = 0; step < 60; step += 1) {
      change()
      // Back and forth, over borders of offers and over midnight.
      counts.add(seen(opened, NOW + (random.below(80) - 30) * HOUR_MS + 1))
    }
    expect(counts.size).toBeGreaterThan(10)
  })

  test('of an offer that asks for a country are for people there alone', () => {
    const opened = open()
    const { state, shop, asked } = opened
    const about = { skus: [{ sku: 'sku-0', quantity: 1 }], audience: { locations: ['GB'] } }
    const week = { starts_at: NOW - DAY_MS, ends_at: NOW + DAY_MS }
    state.offer('uk', { kind: 'percent', percent_bp: 2000, ...about, ...week })
    shop.refresh()
    const item = shop.items.numberOf('sku-0')
    expect(shop.deals.at(asked('ann', NOW)).of(item)).toEqual({
      offRatio: 1 - 80 / 100,
      endsAt: week.ends_at,
    })
    expect(shop.deals.at(asked('bob', NOW)).of(item)).toBeNull()
    expect(shop.deals.at(asked('ann', week.ends_at)).of(item)).toBeNull()
  })
})
