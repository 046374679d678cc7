import type { Offer } from '../../catalog/events/offers.ts'
import { DAY_MS } from '../../core/duration.ts'
import type { Random } from '../../core/random.ts'
import type { PlantedBundle } from './bundles.ts'
import type { Leaf } from './category-tree.ts'
import { type ShopOptions, startOf } from './shop-options.ts'
import { isStocked, type ShopProduct } from './shop-products.ts'

/**
 * `randomised`: a draw a visit decides who sees it, and it changes what they do. `placebo`: the same, and it changes
 * nothing. `promotion`: everybody sees it. `bundle`: money off both products of a planted bundle, changes nothing.
 */
export type OfferDesign = 'randomised' | 'placebo' | 'promotion' | 'bundle'

export type PlantedOffer = {
  readonly design: OfferDesign
  readonly offer: Offer
  /** By how much it multiplies the cart chance, less 1, for the very price-sensitive at 20 % off. */
  readonly lift: number
  /** The products that it is for, by number. */
  readonly products: readonly number[]
  /** Chance of being shown to those of generation Z who are logged in, and to all others. */
  readonly propensity: Readonly<Record<Stratum, number>>
}

/** What the chance of being shown goes by. */
export type Stratum = 'gen_z' | 'others'

/** A randomised offer runs for so many days, then the next one begins; the last one is still on at the end. */
const SLOT_DAYS = 12
const LIFT = 2
const PERCENTS_BP = [1000, 1500, 2000, 2500] as const
const PLACEBO_BP = 500
const BUNDLE_SHARE = 0.15
/** What the contract lets an offer name. */
const MOST_PRODUCTS = 200
/** In a large shop offers are for what is looked at. */
const POPULAR_PRODUCTS = 1000
const UNEVEN = { gen_z: 0.7, others: 0.4 } as const
const EVEN = { gen_z: 0.5, others: 0.5 } as const
const EVERYBODY = { gen_z: 1, others: 1 } as const

type Ground = {
  readonly options: ShopOptions
  readonly products: readonly ShopProduct[]
  readonly leaves: readonly Leaf[]
  readonly bundles: readonly PlantedBundle[]
  readonly random: Random
}

/** The offers of the history, by start. No product has two of them at a time, but for those of bundles. */
export function plantOffers(ground: Ground): readonly PlantedOffer[] {
  const { options, products, bundles } = ground
  const bundled = new Set(bundles.flatMap(({ trigger, companion }) => [trigger, companion]))
  const free = products
    .filter(
      (item) => isStocked(item) && item.launchedAt <= startOf(options) && !bundled.has(item.product.sku),
    )
    .slice(0, POPULAR_PRODUCTS)
  const offers: PlantedOffer[] = []
  for (let slot = 0; slot * SLOT_DAYS < options.days; slot += 1) {
    for (const offer of offersOfSlot(ground, free, slot)) offers.push(offer)
  }
  return [...offers, ...bundleOffers(ground)].toSorted((a, b) => a.offer.starts_at - b.offer.starts_at)
}

/** One randomised offer; and a placebo and a promotion of one category by turns. */
function offersOfSlot(ground: Ground, free: readonly ShopProduct[], slot: number): readonly PlantedOffer[] {
  const { options, leaves, random } = ground
  const name = String(slot + 1).padStart(3, '0')
  const percentBp = random.pick(PERCENTS_BP)
  const leaf = random.pick(leaves)
  const isPromotion = slot % 2 === 1
  const pool = shuffled(isPromotion ? free.filter((item) => item.leaf !== leaf) : free, random)
  const share = Math.min(MOST_PRODUCTS, Math.ceil(pool.length / 4))
  const lift = options.plant === 'none' ? 0 : LIFT
  const span = spanOf(options, slot)
  const some = (id: string, bp: number, items: readonly ShopProduct[]): Offer => ({
    offer_id: `${id}-${name}`,
    kind: 'percent',
    percent_bp: bp,
    skus: items.map(({ product }) => ({ sku: product.sku, quantity: 1 })),
    ...span,
  })
  const taken = pool.slice(0, share)
  const randomised: PlantedOffer = {
    design: 'randomised',
    offer: some('offer', percentBp, taken),
    lift,
    products: numbersOf(taken),
    propensity: UNEVEN,
  }
  if (isPromotion) {
    const own = ground.products.filter((item) => item.leaf === leaf)
    const offer: Offer = {
      offer_id: `promotion-${name}`,
      kind: 'percent',
      percent_bp: percentBp,
      category: leaf.path,
      ...span,
    }
    return [randomised, { design: 'promotion', offer, lift, products: numbersOf(own), propensity: EVERYBODY }]
  }
  const others = pool.slice(share, 2 * share)
  const placebo = { design: 'placebo', lift: 0, products: numbersOf(others), propensity: EVEN } as const
  return others.length === 0
    ? [randomised]
    : [randomised, { ...placebo, offer: some('placebo', PLACEBO_BP, others) }]
}

function spanOf(options: ShopOptions, slot: number): Pick<Offer, 'starts_at' | 'ends_at' | 'updated_at'> {
  const startsAt = startOf(options) + slot * SLOT_DAYS * DAY_MS
  return {
    starts_at: startsAt,
    ends_at: startsAt + SLOT_DAYS * DAY_MS,
    updated_at: Math.max(startOf(options), startsAt - DAY_MS),
  }
}

/** For every fourth bundle, in the second half of the history and a while beyond. */
function bundleOffers({ options, products, bundles }: Ground): readonly PlantedOffer[] {
  const itemOf = new Map(products.map((item) => [item.product.sku, item]))
  const startsAt = startOf(options) + Math.floor(options.days / 2) * DAY_MS
  return bundles.flatMap(({ trigger, companion }, place) => {
    const items = [trigger, companion].flatMap((sku) => itemOf.get(sku) ?? [])
    if (place % 4 !== 0 || items.length < 2) return []
    const jointCents = items.reduce((sum, { product }) => sum + product.price_cents, 0)
    const offer: Offer = {
      offer_id: `bundle-${String(place + 1).padStart(3, '0')}`,
      kind: 'bundle',
      amount_off_cents: Math.round(jointCents * BUNDLE_SHARE),
      skus: [trigger, companion].map((sku) => ({ sku, quantity: 1 })),
      starts_at: startsAt,
      ends_at: options.endAt + SLOT_DAYS * DAY_MS,
      updated_at: startsAt,
    }
    return [{ design: 'bundle', offer, lift: 0, products: numbersOf(items), propensity: EVERYBODY }]
  })
}

const numbersOf = (items: readonly ShopProduct[]): readonly number[] => items.map(({ number }) => number)

/** In an order of its own, each as likely. */
function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  return items
    .map((item) => ({ item, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}
