import type { Item } from '../api/wire.ts'

/** An offer on an item as the page shows it. */
export type ShownOffer = {
  readonly offerId: string | null
  /** Off per unit, minor units; 0 if the answer does not say. */
  readonly discountCents: number
  readonly text: string
}

/** Null without an offer. What the answer does not say of it is left open. */
export function offerOf({ offer, price_cents }: Pick<Item, 'offer' | 'price_cents'>): ShownOffer | null {
  if (offer === undefined || offer === null) return null
  const number = (name: string): number | null => (typeof offer[name] === 'number' ? offer[name] : null)
  const text = (name: string): string | null => (typeof offer[name] === 'string' ? offer[name] : null)
  const paid = number('price_cents')
  const discountCents = number('discount_cents') ?? (paid === null ? 0 : price_cents - paid)
  return { offerId: text('offer_id'), discountCents, text: text('text') ?? 'on offer' }
}
