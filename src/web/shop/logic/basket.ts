import type { Line } from '../api/events.ts'

/** A line of the basket, with the product's name for people. */
export type BasketLine = Line & { readonly name: string }

/** One more of it; a product that is there already keeps its place, and takes the newer price. */
export function withLine(basket: readonly BasketLine[], line: BasketLine): readonly BasketLine[] {
  const before = basket.find(({ sku }) => sku === line.sku)
  if (before === undefined) return [...basket, line]
  const more = { ...line, quantity: before.quantity + line.quantity }
  return basket.map((other) => (other === before ? more : other))
}

export const withoutLine = (basket: readonly BasketLine[], sku: string): readonly BasketLine[] =>
  basket.filter((line) => line.sku !== sku)

/** Minor units, discounts taken off. */
export const totalCents = (basket: readonly Line[]): number =>
  basket.reduce(
    (sum, { priceCents, discountCents, quantity }) => sum + (priceCents - discountCents) * quantity,
    0,
  )
