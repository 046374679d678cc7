import type { Item } from '../api/wire.ts'

/** An offer on an item as the page shows it. */
export type ShownOffer = {
  /** The one that an order names. */
  readonly offerId: string | null
  /** Off per unit, minor units. */
  readonly discountCents: number
  readonly text: string
}

/** Null without an offer. */
export function offerOf({ offer, price_cents }: Pick<Item, 'offer' | 'price_cents'>): ShownOffer | null {
  if (offer === undefined) return null
  return {
    offerId: offer.offer_ids[0] ?? null,
    discountCents: Math.max(0, price_cents - offer.price_cents),
    text: offer.text,
  }
}
