import type { Consent, Customer } from './wire.ts'

export type ClickKind =
  | 'view_item'
  | 'add_to_cart'
  | 'remove_from_cart'
  | 'add_to_wishlist'
  | 'remove_from_wishlist'

/** Who does something, when, and which answer led there. */
export type Occasion = {
  /** Unique for ever. */
  readonly id: string
  /** The shop's time, epoch ms. */
  readonly at: number
  readonly sessionId: string
  /** Null for a visitor without an account. */
  readonly customerId: string | null
  readonly decisionId: string | null
}

export type Line = {
  readonly sku: string
  readonly priceCents: number
  /** Off per unit, minor units. */
  readonly discountCents: number
  readonly offerId: string | null
  readonly quantity: number
  /** Answer that led here. */
  readonly decisionId: string | null
}

/** A click as the shop would post it, in GA4's names. */
export function clickEvent(event: ClickKind, lines: readonly Line[], occasion: Occasion) {
  const items = lines.map(({ sku, priceCents, quantity, discountCents }) => ({
    item_id: sku,
    price_cents: priceCents,
    quantity,
    discount_cents: discountCents,
  }))
  return {
    event_id: occasion.id,
    event,
    occurred_at: occasion.at,
    session_id: occasion.sessionId,
    ...(occasion.customerId === null ? {} : { customer_id: occasion.customerId }),
    ...(occasion.decisionId === null ? {} : { decision_id: occasion.decisionId }),
    payload: { items },
  }
}

/** The lines of one order. */
export function orderLines(lines: readonly Line[], currency: string, occasion: Occasion) {
  return lines.map((line, index) => ({
    order_id: occasion.id,
    line_no: index + 1,
    ...(occasion.customerId === null ? {} : { customer_id: occasion.customerId }),
    sku: line.sku,
    quantity: line.quantity,
    price_cents: line.priceCents,
    price_discount_cents: line.discountCents,
    currency,
    ...(line.offerId === null ? {} : { offer_id: line.offerId }),
    ...(line.decisionId === null ? {} : { decision_id: line.decisionId }),
    ordered_at: occasion.at,
  }))
}

/** A newer version of the customer that says something else of consent alone. @param at the shop's time, epoch ms */
export function withConsent(customer: Customer, consent: Consent, at: number): Customer {
  return { ...customer, consent, updated_at: Math.max(at, customer.updated_at + 1) }
}
