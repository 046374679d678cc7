import type { Offer } from '../../catalog/events/offers.ts'

/** What a product costs with the best of its offers. */
export type OfferPrice = {
  /** Offers that are used, in the order in which they are taken off. */
  readonly offers: readonly Offer[]
  /** Unit price after them, minor units. */
  readonly priceCents: number
  /** The first of their ends, epoch ms. */
  readonly endsAt: number
}

/**
 * The best price of one unit: the best single offer, or all stackable ones together, percentages first. Of equal
 * prices the one with fewer offers, then the lower offer id. Bundles are no matter of one unit.
 *
 * @returns null if nothing is taken off
 */
export function offerPrice(priceCents: number, offers: readonly Offer[]): OfferPrice | null {
  if (offers.length === 0) return null
  const single = offers.filter(({ kind }) => kind !== 'bundle')
  const together = single.filter(({ stackable }) => stackable === true).toSorted(inOrderOfTaking)
  const ways = [...single.toSorted(byId).map((offer) => [offer]), ...(together.length > 1 ? [together] : [])]
  let best: OfferPrice | null = null
  for (const way of ways) {
    const price = way.reduce(takenOff, priceCents)
    if (price < (best?.priceCents ?? priceCents)) {
      best = { offers: way, priceCents: price, endsAt: Math.min(...way.map(({ ends_at: endsAt }) => endsAt)) }
    }
  }
  return best
}

/** What is left of a price, minor units; a percentage is rounded to the nearest unit, half of one up. */
export function takenOff(
  priceCents: number,
  { percent_bp: percentBp, amount_off_cents: amount }: Offer,
): number {
  const off = percentBp === undefined ? (amount ?? 0) : Math.round((priceCents * percentBp) / 10_000)
  return Math.max(0, priceCents - off)
}

const byId = (a: Offer, b: Offer): number => (a.offer_id < b.offer_id ? -1 : 1)

const inOrderOfTaking = (a: Offer, b: Offer): number =>
  Number(b.percent_bp !== undefined) - Number(a.percent_bp !== undefined) ||
  (b.percent_bp ?? 0) - (a.percent_bp ?? 0) ||
  byId(a, b)
