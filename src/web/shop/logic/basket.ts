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

/**
 * Lines with something taken off all of them together, shared out by value: whole minor units a unit, what is left
 * over off a line of one unit, if there is one.
 * @param offCents minor units; at most the value of the lines
 */
export function withJointDiscount(lines: readonly BasketLine[], offCents: number): readonly BasketLine[] {
  const value = lines.reduce((sum, { priceCents, quantity }) => sum + priceCents * quantity, 0)
  if (value === 0 || offCents === 0) return lines
  const shared = lines.map((line) => ({
    ...line,
    discountCents: Math.floor((offCents * line.priceCents) / value),
  }))
  const given = shared.reduce((sum, { discountCents, quantity }) => sum + discountCents * quantity, 0)
  const last = shared.findLastIndex(({ quantity }) => quantity === 1)
  return shared.map((line, index) =>
    index === last ? { ...line, discountCents: line.discountCents + offCents - given } : line,
  )
}

/** Minor units, discounts taken off. */
export const totalCents = (basket: readonly Line[]): number =>
  basket.reduce(
    (sum, { priceCents, discountCents, quantity }) => sum + (priceCents - discountCents) * quantity,
    0,
  )
