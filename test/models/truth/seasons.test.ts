import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY_MS } from '../../../src/core/duration.ts'
import { dayOfYear, seasonTimes } from '../../../src/datagen/synthetic-shop/category-tree.ts'
import { syntheticShop } from '../../../src/datagen/synthetic-shop/synthetic-shop.ts'
import { LiveShop } from '../../../src/recommend/live-shop.ts'
import { sellableState } from '../../../src/recommend/sellable-product.ts'
import { givenBy, type LearntShop, learntShop, mean, shareOf, shelf } from './learnt-shop.ts'

/** So many days that the year before the four weeks is whole. */
const size = { products: 60, customers: 450, days: 410, seed: 11, training: 'none' } as const
const LIMIT = 12
const HOT = 2
const PLAIN = 1.1

/** A shop that ends a few days after the instant that it is asked about. */
const SEASONS = {
  december: Date.UTC(2025, 11, 10),
  spring: Date.UTC(2025, 3, 8),
} as const
type SeasonName = keyof typeof SEASONS

const endOf = (name: SeasonName): number => SEASONS[name] + 2 * DAY_MS

/** What is planted, or would be: times the usual demand of a product at an instant. */
function demand(name: SeasonName, { categoryOf }: LearntShop): (sku: string) => number {
  const { truth } = syntheticShop({ ...size, endAt: endOf(name) })
  const day = dayOfYear(SEASONS[name])
  return (sku) =>
    truth.seasons
      .filter((one) => ('sku' in one ? one.sku === sku : one.category === categoryOf.get(sku)))
      .reduce(
        (times, { peak_day: peakDay, times: most }) => times * seasonTimes({ peakDay, times: most }, day),
        1,
      )
}

function indexes({ shop, categoryOf }: LearntShop, asOf: number): ReadonlyMap<string, number> {
  const live = new LiveShop(sellableState(shop.state))
  live.refresh()
  const { season } = live.sales.at(asOf)
  expect(season.hasYear).toBe(true)
  return new Map([...categoryOf.keys()].map((sku) => [sku, season.index(live.items.numberOf(sku))]))
}

const shops: Record<string, LearntShop> = {}
const shopOf = (name: string): LearntShop => {
  const shop = shops[name]
  if (shop === undefined) throw new Error(`no shop ${name}`)
  return shop
}

beforeAll(async () => {
  for (const name of ['december', 'spring'] as const) {
    shops[name] = await learntShop({ ...size, endAt: endOf(name) })
  }
  shops['control'] = await learntShop({ ...size, endAt: endOf('december'), plant: 'none' })
}, 600_000)
afterAll(async () => {
  for (const shop of Object.values(shops)) await shop.close()
})

describe.each(['december', 'spring'] as const)('a year after the last season: %s', (name) => {
  const asOf = SEASONS[name]

  test('products in season have a higher index, others one near 1', () => {
    const [shop, times] = [shopOf(name), demand(name, shopOf(name))]
    const all = [...indexes(shop, asOf)]
    const hot = all.filter(([sku]) => times(sku) > HOT).map(([, index]) => index)
    const plain = all.filter(([sku]) => times(sku) < PLAIN).map(([, index]) => index)
    expect(hot.length).toBeGreaterThanOrEqual(5)
    expect(mean(hot)).toBeGreaterThan(1.25 * mean(plain))
    expect(mean(plain)).toBeLessThan(1.1)
  })

  test('come up on the shelf of a stranger, with the season as a reason', () => {
    const [shop, times] = [shopOf(name), demand(name, shopOf(name))]
    const shown = shelf(shop.recommender, LIMIT, undefined, asOf)
    const hotOf = (skus: readonly string[]) => shareOf(skus, (sku) => times(sku) > HOT)
    const hot = shown.filter(({ sku }) => times(sku) > HOT)
    expect(hotOf(shown.map(({ sku }) => sku))).toBeGreaterThan(2 * hotOf([...shop.categoryOf.keys()]))
    expect(shareOf(hot, (item) => givenBy('season', item) > 0)).toBeGreaterThan(0.8)
  })
})

test('where no seasons are planted indexes stay near 1, and few products are said to be in season', () => {
  const shop = shopOf('control')
  const all = [...indexes(shop, SEASONS.december).values()]
  expect(mean(all)).toBeGreaterThan(0.8)
  expect(mean(all)).toBeLessThan(1.2)
  expect(Math.max(...all)).toBeLessThan(2)
  const shown = shelf(shop.recommender, LIMIT, undefined, SEASONS.december)
  expect(shareOf(shown, (item) => givenBy('season', item) > 0)).toBeLessThan(0.2)
})
