import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Customer } from '../../../src/catalog/events/customers.ts'
import { measureOf } from '../../../src/catalog/readings/window-figures.ts'
import { shopperActivity } from '../../../src/catalog/views/shopper-activity.ts'
import { syntheticShop } from '../../../src/datagen/synthetic-shop/synthetic-shop.ts'
import type { ShopperTruth } from '../../../src/datagen/synthetic-shop/truth.ts'
import { dealGives } from './deal-gives.ts'
import { givenBy, type LearntShop, learntShop, mean, shareOf, shelf } from './learnt-shop.ts'
import { type Newcomer, newcomers, recordOf } from './people.ts'
import { upliftOf } from './uplift.ts'

const endAt = Date.UTC(2026, 0, 1)
const size = { products: 100, customers: 900, days: 80, seed: 11, endAt } as const
/** What is planted in the one shop, and would be in the other. */
const { truth, shoppers } = syntheticShop(size)
const agreed = newcomers(endAt, 'agreed')
const refused = newcomers(endAt, 'refused')
const people = [...agreed, ...refused].map(recordOf)

let planted: LearntShop
let control: LearntShop

beforeAll(async () => {
  planted = await learntShop({ ...size, training: 'trees', people })
  control = await learntShop({ ...size, training: 'trees', people, plant: 'none' })
}, 600_000)
afterAll(async () => {
  await planted?.close()
  await control?.close()
})

describe('bundles', () => {
  /** Products that can be sold. */
  const bundles = truth.bundles.filter(({ trigger, companion }) =>
    [trigger, companion].every((sku) => !truth.out_of_stock.includes(sku)),
  )
  const namedBeside = ({ recommender }: LearntShop, sku: string): readonly string[] =>
    recommender
      .bundles({ skus: [sku], limit: 3 })
      .bundles.flatMap(({ lines }) => lines.map((line) => line.sku))
      .filter((other) => other !== sku)
  /** Three of a hundred products. */
  const CHANCE = 3 / size.products

  test('of most triggers the first three bundles hold the companion: 20 times chance or more', () => {
    const found = shareOf(bundles, ({ trigger, companion }) =>
      namedBeside(planted, trigger).includes(companion),
    )
    expect(bundles.length).toBeGreaterThanOrEqual(10)
    expect(found).toBeGreaterThan(0.75)
    expect(found).toBeGreaterThan(20 * CHANCE)
  })

  test('affinity names the companion first for most triggers', () => {
    const first = ({ recommender }: LearntShop) =>
      shareOf(
        bundles,
        ({ trigger, companion }) => recommender.similar(trigger, 1)[0]?.product.sku === companion,
      )
    expect(first(planted)).toBeGreaterThan(0.75)
    expect(first(control)).toBeLessThan(0.1)
  })

  test('where none are planted the same pairs are not named, nor pairs that nothing brings together where others are', () => {
    expect(
      shareOf(bundles, ({ trigger, companion }) => namedBeside(control, trigger).includes(companion)),
    ).toBeLessThan(0.1)
    const { pairs_without_bundle: pairs } = truth.controls
    expect(pairs.length).toBeGreaterThan(0)
    expect(shareOf(pairs, ([one, other]) => namedBeside(planted, one).includes(other))).toBeLessThan(0.1)
  })
})

describe('tastes of people without a history', () => {
  const LIMIT = 20
  const fits = ({ generation, gender, country }: Newcomer) =>
    truth.audiences
      .filter((one) => one.generation === undefined || one.generation === generation)
      .filter((one) => one.gender === undefined || one.gender === gender)
      .filter((one) => one.country === undefined || one.country === country)
      .map(({ category }) => category)
  /** Share of what they are shown that is of categories planted for them. */
  const ownShare = (
    { recommender, categoryOf }: LearntShop,
    some: readonly Newcomer[],
    isStranger: boolean,
  ) =>
    mean(
      some.map((person) => {
        const items = shelf(recommender, LIMIT, isStranger ? undefined : person.customer_id)
        return shareOf(items, ({ sku }) => fits(person).includes(categoryOf.get(sku) ?? ''))
      }),
    )
  const reasonShare = ({ recommender }: LearntShop, some: readonly Newcomer[]) =>
    mean(
      some.map(({ customer_id: id }) =>
        shareOf(shelf(recommender, LIMIT, id), (item) => givenBy('demographics', item) > 0),
      ),
    )

  test('who agrees is shown more of what is planted for them than a stranger is, and told why', () => {
    expect(ownShare(planted, agreed, false)).toBeGreaterThan(1.3 * ownShare(planted, agreed, true))
    expect(reasonShare(planted, agreed)).toBeGreaterThan(0.2)
  })

  test('who does not agree sees the shelf of a stranger, for the same reasons', () => {
    const shown = (id?: string) =>
      shelf(planted.recommender, LIMIT, id).map(({ sku, score, reasons }) => ({ sku, score, reasons }))
    const stranger = shown()
    for (const { customer_id: id } of refused) expect(shown(id)).toEqual(stranger)
  })

  test('where none are planted hardly anything is said, and shelves are nearly those of a stranger', () => {
    expect(reasonShare(control, agreed)).toBeLessThan(0.1)
    expect(ownShare(control, agreed, false)).toBeLessThan(1.15 * ownShare(control, agreed, true))
  })
})

describe('price-sensitive shoppers', () => {
  /** Of generation Z more are shown offers, whatever they think of prices; so they are left out. */
  const others = [...shoppers()].filter(({ generation }) => generation !== 'gen_z')
  const LEAST_UNITS = 8
  const LIMIT = 12
  const bought = measureOf(shopperActivity, 'bought_units')
  const discounted = measureOf(shopperActivity, 'discounted_units')

  const unitsOf = ({ shop }: LearntShop, { customer_id: id }: ShopperTruth, units: typeof bought) =>
    [...shop.state.ownerTiles(shopperActivity.name, `c:${id}`)].reduce((sum, tile) => sum + units(tile), 0)
  const some = (shop: LearntShop, sensitivity: number) =>
    others.filter(
      (one) =>
        one.price_sensitivity === sensitivity &&
        unitsOf(shop, one, bought) >= LEAST_UNITS &&
        isPersonal(shop, one.customer_id),
    )
  /** How much more the very sensitive have of something than the insensitive. */
  const ratio = (shop: LearntShop, of: (one: ShopperTruth) => number) =>
    mean(some(shop, 1).map(of)) / mean(some(shop, 0).map(of))
  const dealsOf = (shop: LearntShop) => (one: ShopperTruth) =>
    shareOf(shelf(shop.withoutTrees, LIMIT, one.customer_id), (item) => givenBy('discount', item) > 0)
  const pullOf = (shop: LearntShop) => (one: ShopperTruth) =>
    mean(shelf(shop.withoutTrees, LIMIT, one.customer_id).map((item) => givenBy('discount', item)))

  test('are told apart by what they bought at a discount', () => {
    const offShare = (shop: LearntShop) => (one: ShopperTruth) =>
      unitsOf(shop, one, discounted) / unitsOf(shop, one, bought)
    expect(some(planted, 1).length).toBeGreaterThan(20)
    expect(ratio(planted, offShare(planted))).toBeGreaterThan(1.2)
    expect(ratio(control, offShare(control))).toBeLessThan(1.2)
  })

  test('are shown more that costs less now by the weighted sum, with that as a reason that weighs more', () => {
    expect(ratio(planted, dealsOf(planted))).toBeGreaterThan(1.15)
    expect(ratio(planted, pullOf(planted))).toBeGreaterThan(1.3)
  })

  test('are given more by a deal by the trees that serve', () => {
    expect(mean(some(planted, 0).map(dealGives(planted)))).toBeGreaterThan(0)
    expect(ratio(planted, dealGives(planted))).toBeGreaterThan(1.15)
  })

  test('are like the others where no sensitivity is planted', () => {
    expect(ratio(control, dealsOf(control))).toBeLessThan(1.1)
    expect(ratio(control, pullOf(control))).toBeLessThan(1.15)
    expect(ratio(control, dealGives(control))).toBeLessThan(1.1)
  })
})

describe('offers that are shown by a draw', () => {
  const idsOf = (design: string) =>
    truth.offers.filter((offer) => offer.design === design).map(({ offer_id: id }) => id)

  test('weighted by the logged propensities the looks give the planted uplift, within its interval', async () => {
    const { estimate, low, high, looks } = await upliftOf(planted.shop.log, idsOf('randomised'))
    const isOf = new Set(idsOf('randomised'))
    const known = [...planted.planted.events()].flatMap(({ exposure }) =>
      exposure !== undefined && isOf.has(exposure.offer_id)
        ? [exposure.p_buy_shown - exposure.p_buy_held_out]
        : [],
    )
    expect(looks).toBe(known.length)
    expect(low).toBeLessThan(mean(known))
    expect(high).toBeGreaterThan(mean(known))
    expect(low).toBeGreaterThan(0)
    expect(estimate).toBeGreaterThan(0.03)
  })

  test('placebos, and all offers where nothing is planted, show none', async () => {
    for (const [shop, design] of [
      [planted, 'placebo'],
      [control, 'randomised'],
      [control, 'placebo'],
    ] as const) {
      const { low, high, looks } = await upliftOf(shop.shop.log, idsOf(design))
      expect(looks).toBeGreaterThan(1000)
      expect(low).toBeLessThan(0)
      expect(high).toBeGreaterThan(0)
    }
  })
})

const isPersonal = ({ shop }: LearntShop, customerId: string): boolean =>
  (shop.state.entity('customers', customerId) as Customer | undefined)?.consent.personalisation === true
