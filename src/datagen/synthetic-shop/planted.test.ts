import { describe, expect, test } from 'vitest'
import type { Click } from '../../catalog/events/clickstream.ts'
import { DAY_MS, MINUTE_MS } from '../../core/duration.ts'
import { dayOfYear } from './category-tree.ts'
import type { Exposure, GeneratedEvent } from './generated-event.ts'
import { OfferTally } from './offer-tally.ts'
import { syntheticShop } from './synthetic-shop.ts'
import type { ShopperTruth } from './truth.ts'

/** Large enough that what is planted stands out of chance. */
const options = { products: 200, customers: 1200, days: 60, seed: 11, endAt: Date.UTC(2026, 0, 1) }
const shop = syntheticShop(options)
const events = [...shop.events()]
const shoppers = new Map([...shop.shoppers()].map((shopper) => [shopper.customer_id, shopper]))
const clicksOf = (told: readonly GeneratedEvent[]): readonly Click[] =>
  told.flatMap(({ topic, value, planted }) =>
    topic === 'clickstream' && planted !== 'duplicate' && planted !== 'bot' ? [value] : [],
  )
const linesOf = (told: readonly GeneratedEvent[]) =>
  told.flatMap(({ topic, value, planted }) =>
    topic === 'orders' && planted !== 'duplicate' && planted !== 'return' ? [{ ...value, planted }] : [],
  )
const clicks = clicksOf(events)
const lines = linesOf(events)
const exposures = events.flatMap(({ exposure }) => (exposure === undefined ? [] : [exposure]))
const leafOf = (sku: string): string => sku.slice(0, sku.lastIndexOf('-'))
/** Four standard deviations of a count of coins with these chances. */
const bound = (chances: readonly number[]): number =>
  4 * Math.sqrt(chances.reduce((sum, p) => sum + p * (1 - p), 0))

describe('what is planted shows as often as the truth says', () => {
  test('whoever carts the trigger of a bundle goes on to the companion', () => {
    const companionOf = new Map(shop.truth.bundles.map((bundle) => [bundle.trigger, bundle]))
    const chances: number[] = []
    let followed = 0
    for (const session of Map.groupBy(clicks, ({ session_id: id }) => id).values()) {
      for (const [index, click] of session.entries()) {
        const bundle = companionOf.get(click.payload.items?.[0]?.item_id ?? '')
        const next = session[index + 1]
        if (click.event !== 'add_to_cart' || bundle === undefined || next === undefined) continue
        if (next.event === 'remove_from_cart') continue
        chances.push(bundle.probability)
        if (next.event === 'view_item' && next.payload.items?.[0]?.item_id === bundle.companion) followed += 1
      }
    }
    expect(chances.length).toBeGreaterThan(1000)
    const expected = chances.reduce((sum, p) => sum + p, 0)
    // And a little for companions that are met by chance.
    expect(Math.abs(followed - expected)).toBeLessThan(bound(chances) + 0.04 * chances.length)
  })

  test.each([true, false])(
    'an offer is shown or held out (%s) by its propensity, and each look ends as likely as said',
    (shown) => {
      expect(exposures.length).toBeGreaterThan(2000)
      const visits = new Map(exposures.map((each) => [`${each.session_id} ${each.offer_id}`, each]))
      const drawn = [...visits.values()]
      const arms = drawn.filter((each) => each.shown === shown).length
      const chance = (each: Exposure) => (shown ? each.propensity : 1 - each.propensity)
      expect(Math.abs(arms - drawn.reduce((sum, each) => sum + chance(each), 0))).toBeLessThan(
        bound(drawn.map(chance)),
      )
      const looks = exposures.filter((each) => each.shown === shown)
      const buys = looks.map((each) => (shown ? each.p_buy_shown : each.p_buy_held_out))
      const bought = looks.filter((each) => each.bought).length
      expect(Math.abs(bought - buys.reduce((sum, p) => sum + p, 0))).toBeLessThan(
        bound(buys) + 0.005 * looks.length,
      )
    },
  )

  test('the log alone says who was shown what with which propensity, and what was bought of it', () => {
    const told = new Map<string, { readonly arm: string; readonly propensity: number }>()
    for (const { event, session_id: session, payload } of clicks) {
      const { offer_id: offer = '', arm = '', propensity } = payload.extra ?? {}
      const key = `${session} ${offer} ${payload.items?.[0]?.item_id}`
      if (event === 'view_item' && offer !== '') told.set(key, { arm, propensity: Number(propensity) })
    }
    const orders = new Set(lines.map((line) => `s${line.order_id.slice(1)} ${line.sku}`))
    for (const each of exposures) {
      const arm = each.shown ? 'shown' : 'held_out'
      expect(told.get(`${each.session_id} ${each.offer_id} ${each.sku}`)).toEqual({
        arm,
        propensity: each.propensity,
      })
      expect(orders.has(`${each.session_id} ${each.sku}`)).toBe(each.bought)
    }
  })

  test('weighted by propensity the looks give the uplift of the truth; placebos and the insensitive have none', () => {
    const tally = new OfferTally()
    for (const exposure of exposures) tally.count(exposure)
    const results = tally.results()
    const isEffective = new Map(shop.truth.offers.map(({ offer_id: id, lift }) => [id, lift > 0]))
    for (const result of results) {
      const none = isEffective.get(result.offer_id) !== true || result.price_sensitivity === 0
      if (none) expect(result.uplift).toBe(0)
      else expect(result.uplift).toBeGreaterThan(0.02)
    }
    const randomised = exposures.filter(({ offer_id: id }) => isEffective.get(id) === true)
    const weighted = randomised.map((each) => {
      const value = each.bought ? 1 : 0
      return each.shown ? value / each.propensity : -value / (1 - each.propensity)
    })
    const mean = weighted.reduce((sum, value) => sum + value, 0) / weighted.length
    const truth =
      randomised.reduce((sum, each) => sum + each.p_buy_shown - each.p_buy_held_out, 0) / randomised.length
    const spread = Math.sqrt(weighted.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / weighted.length
    expect(truth).toBeGreaterThan(0.05)
    expect(Math.abs(mean - truth)).toBeLessThan(4 * spread)
  })

  test('what is shown and bought is bought at the offer’s price, what is held out at the full price', () => {
    const offers = new Map(
      events.flatMap(({ topic, value }) => (topic === 'offers' ? [[value.offer_id, value]] : [])),
    )
    const used = lines.filter(({ offer_id: id }) => id !== undefined)
    expect(used.length).toBeGreaterThan(200)
    for (const line of used) {
      const offer = offers.get(line.offer_id ?? '')
      const off =
        offer?.percent_bp === undefined
          ? offer?.amount_off_cents
          : Math.round((line.price_cents * offer.percent_bp) / 10_000)
      expect(line.price_discount_cents).toBe(Math.min(off ?? 0, line.price_cents - 1))
      expect(line.ordered_at).toBeGreaterThanOrEqual(offer?.starts_at ?? 0)
    }
    expect(lines.filter((line) => line.offer_id === undefined && line.price_discount_cents > 0)).toEqual([])
  })

  test('tastes of generations show in the first look of people without history', () => {
    const seen = new Set<string>()
    const counts = { gen_z: [0, 0], others: [0, 0] }
    for (const { customer_id: id = '', event, payload } of clicks) {
      const sku = payload.items?.[0]?.item_id
      if (event !== 'view_item' || id === '' || seen.has(id) || sku === undefined) continue
      seen.add(id)
      const kind = counts[shoppers.get(id)?.generation === 'gen_z' ? 'gen_z' : 'others']
      kind[0] = (kind[0] ?? 0) + 1
      if (['headphones', 'case'].includes(leafOf(sku))) kind[1] = (kind[1] ?? 0) + 1
    }
    const share = ([all = 0, some = 0]: readonly number[]) => some / all
    expect(share(counts.gen_z)).toBeGreaterThan(1.5 * share(counts.others))
  })

  test('the price-sensitive buy what is cheaper, and mostly when there is something off', () => {
    const paid = (sensitivity: number) =>
      lines.filter(({ customer_id: id = '' }) => shoppers.get(id)?.price_sensitivity === sensitivity)
    const offShare = (some: ReturnType<typeof paid>) =>
      some.filter((line) => line.price_discount_cents > 0).length / some.length
    expect(offShare(paid(1))).toBeGreaterThan(1.3 * offShare(paid(0)))
    const relative = (some: ReturnType<typeof paid>) => {
      const shares = some.map((line) => line.price_cents / (meanCents.get(leafOf(line.sku)) ?? 1))
      return shares.reduce((sum, value) => sum + value, 0) / shares.length
    }
    expect(relative(paid(1))).toBeLessThan(0.93 * relative(paid(0)))
  })

  test('bots are in the log as they would come: one says what it is, one is too fast', () => {
    const bots = events.flatMap(({ topic, value, planted }) =>
      topic === 'clickstream' && planted === 'bot' ? [value] : [],
    )
    const kinds = new Set<string>()
    for (const visit of Map.groupBy(bots, ({ session_id: id }) => id).values()) {
      const declared = visit.every(({ payload }) => payload.extra?.['bot'] === '1')
      const minutes = Map.groupBy(visit, ({ occurred_at: at }) => Math.floor(at / MINUTE_MS))
      const most = Math.max(...[...minutes.values()].map(({ length }) => length))
      kinds.add(declared ? 'declared' : most > 120 ? 'hidden' : 'missed')
    }
    expect(kinds).toEqual(new Set(['declared', 'hidden']))
  })
})

const meanCents: ReadonlyMap<string, number> = new Map(
  [
    ...Map.groupBy(
      events.flatMap(({ topic, value }) => (topic === 'products' ? [value] : [])),
      ({ sku }) => leafOf(sku),
    ),
  ].map(([leaf, products]) => [
    leaf,
    products.reduce((sum, { price_cents: cents }) => sum + cents, 0) / products.length,
  ]),
)

describe('seasons come back each year', () => {
  const years = syntheticShop({
    products: 60,
    customers: 120,
    days: 800,
    seed: 4,
    endAt: Date.UTC(2026, 0, 1),
  })
  const looks = clicksOf([...years.events()]).filter(({ event }) => event === 'view_item')
  const perDay = (prefix: string, from: number, to: number, since: number) =>
    looks.filter(({ occurred_at: at, payload }) => {
      const day = dayOfYear(at)
      return (
        at >= since &&
        at < since + 365 * DAY_MS &&
        day >= from &&
        day < to &&
        leafOf(payload.items?.[0]?.item_id ?? '') === prefix
      )
    }).length /
    (to - from)

  test.each([Date.UTC(2024, 0, 1), Date.UTC(2025, 0, 1)])(
    'blankets in December and seeds in spring, since %i',
    (since) => {
      expect(perDay('blanket', 325, 346, since)).toBeGreaterThan(1.5 * perDay('blanket', 120, 280, since))
      expect(perDay('seeds', 80, 101, since)).toBeGreaterThan(1.5 * perDay('seeds', 180, 340, since))
    },
  )

  test('soap, of which nothing was planted, is wanted alike all year', () => {
    expect(years.truth.controls.categories_without_season).toContain('Beauty/Bath/Soap')
    const [summer, winter] = [
      perDay('soap', 150, 300, Date.UTC(2025, 0, 1)),
      perDay('soap', 1, 60, Date.UTC(2025, 0, 1)),
    ]
    expect(summer / winter).toBeGreaterThan(0.5)
    expect(summer / winter).toBeLessThan(2)
  })
})

describe('a shop in which nothing is planted', () => {
  const bare = syntheticShop({ ...options, customers: 300, plant: 'none' })
  const told = [...bare.events()]

  test('has people without tastes, brands or sensitivity, and no bundles, seasons, audiences or refills', () => {
    const { bundles, seasons, audiences, refills, offers } = bare.truth
    expect([bundles, seasons, audiences, refills]).toEqual([[], [], [], []])
    expect(offers.filter(({ lift }) => lift > 0)).toEqual([])
    const plain = (shopper: ShopperTruth) =>
      shopper.is_neutral && shopper.price_sensitivity === 0 && shopper.brands.length === 0
    expect([...bare.shoppers()].every(plain)).toBe(true)
  })

  test('shows its offers all the same, and they do nothing', () => {
    const looks = told.flatMap(({ exposure }) => (exposure === undefined ? [] : [exposure]))
    expect(looks.length).toBeGreaterThan(300)
    expect(looks.filter((each) => each.p_buy_shown !== each.p_buy_held_out)).toEqual([])
  })
})
