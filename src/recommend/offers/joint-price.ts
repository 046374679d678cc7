import type { Offer } from '../../catalog/events/offers.ts'
import type { ShopperContext } from '../../models/candidates/candidate-source.ts'
import type { LiveShop } from '../live-shop.ts'
import { offerPrice, takenOff } from './offer-price.ts'

export type BundleLine = { readonly item: number; readonly quantity: number }

/** What some products cost together, minor units. */
export type JointPrice = {
  /** Without any offer. */
  readonly beforeCents: number
  readonly afterCents: number
  /** Offers that are used. */
  readonly offerIds: readonly string[]
  /** The first of their ends, epoch ms; null without offers. */
  readonly endsAt: number | null
}

/**
 * The lowest price: each line with its own best offers; or one bundle offer on the lines that it names, taken off
 * what they cost without other offers (with them, if it is stackable), and the rest with their own.
 */
export function jointPrice(
  shop: LiveShop,
  lines: readonly BundleLine[],
  shopper: ShopperContext,
): JointPrice {
  const ways = [undefined, ...shop.offers.bundles(shopper)].flatMap((bundle) => {
    const price = priceWith(shop, lines, shopper, bundle)
    return price === null ? [] : [price]
  })
  return ways.reduce((best, price) => (price.afterCents < best.afterCents ? price : best))
}

/** Null if the bundle names something, or so much of it, that is not among the lines. */
function priceWith(
  { items, offers }: LiveShop,
  lines: readonly BundleLine[],
  shopper: ShopperContext,
  bundle: Offer | undefined,
): JointPrice | null {
  const needed = new Map((bundle?.skus ?? []).map(({ sku, quantity }) => [items.numberOf(sku), quantity]))
  const used: Offer[] = bundle === undefined ? [] : [bundle]
  let [beforeCents, afterCents, bundledCents] = [0, 0, 0]
  for (const { item, quantity } of lines) {
    const unitCents = items.priceCents(item)
    const own = offerPrice(unitCents, offers.of(item, shopper))
    const wanted = needed.get(item) ?? 0
    if (wanted > quantity) return null
    needed.delete(item)
    beforeCents += quantity * unitCents
    const takesOwn = wanted === 0 || bundle?.stackable === true
    if (own !== null && (takesOwn || quantity > wanted)) used.push(...own.offers)
    const ownCents = own?.priceCents ?? unitCents
    bundledCents += wanted * (takesOwn ? ownCents : unitCents)
    afterCents += (quantity - wanted) * ownCents
  }
  if (needed.size > 0) return null
  return {
    beforeCents,
    afterCents: afterCents + (bundle === undefined ? bundledCents : takenOff(bundledCents, bundle)),
    offerIds: [...new Set(used.map(({ offer_id: id }) => id))],
    endsAt: used.length === 0 ? null : Math.min(...used.map(({ ends_at: endsAt }) => endsAt)),
  }
}
