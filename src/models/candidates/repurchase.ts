import { DAY_MS, HOUR_MS } from '../../core/duration.ts'
import { bestItems } from './best-items.ts'
import type { CandidateSource, Evidence, ShopperProduct } from './candidate-source.ts'
import type { ItemTable } from './item-table.ts'

/** Half of a purchase's weight stays for ever, the rest fades, or follows the rhythm in which it is bought. */
const PURCHASE_FADE_MS = 120 * DAY_MS
const INTEREST_FADE_MS = 72 * HOUR_MS
const INTEREST = { cart: 0.45, wish: 0.4, view: 0.2 } as const
/** Purchases on so many days show a rhythm. */
const RHYTHM_DAYS = 3
/** It counts as due from this share of its gap on. */
const DUE_FROM = 0.8
/** After so many gaps without a purchase the habit has gone to 1/e. */
const HABIT_GAPS = 4

/** Products that the shopper bought, and buys again in their rhythm, or showed interest in. */
export const repurchase = (items: ItemTable): CandidateSource => ({
  name: 'repurchase',
  driver: 'history',
  prepare: ({ asOf, products }) => {
    const valueFor = (item: number): number => {
      const product = products.get(item)
      return product === undefined ? 0 : historyValue(product, asOf)
    }
    return {
      propose: (limit) => bestItems(products.keys(), limit, valueFor, items.compare),
      valueFor,
      evidenceOf: (item) => evidence(products.get(item), asOf),
    }
  },
})

/** n / (n + 1) of n purchases, half of it by how due it is; never below what the interest shown says. */
export function historyValue(product: ShopperProduct, asOf: number): number {
  const bought =
    product.purchases === 0 ? 0 : (1 - 1 / (1 + product.purchases)) * (0.5 + 0.5 * dueness(product, asOf))
  const interest =
    product.carts > 0
      ? INTEREST.cart
      : product.wishes > 0
        ? INTEREST.wish
        : product.views > 0
          ? INTEREST.view
          : 0
  return Math.max(bought, interest * Math.exp(-Math.max(0, asOf - product.lastActionAt) / INTEREST_FADE_MS))
}

/**
 * With a rhythm: grows from 0 after a purchase to 1 when the mean gap has passed, then fades over several gaps.
 * Without one: fades with time alone.
 */
export function dueness(product: ShopperProduct, asOf: number): number {
  const elapsedMs = Math.max(0, asOf - product.lastPurchaseAt)
  const gapMs = meanGapMs(product)
  if (gapMs === null) return Math.exp(-elapsedMs / PURCHASE_FADE_MS)
  const gaps = elapsedMs / gapMs
  return gaps < 1 ? gaps : Math.exp(-(gaps - 1) / HABIT_GAPS)
}

/** Mean time between purchases, ms; null where they show no rhythm. */
export function meanGapMs({ purchaseDays, firstPurchaseAt, lastPurchaseAt }: ShopperProduct): number | null {
  if (purchaseDays < RHYTHM_DAYS || lastPurchaseAt <= firstPurchaseAt) return null
  return (lastPurchaseAt - firstPurchaseAt) / (purchaseDays - 1)
}

function evidence(product: ShopperProduct | undefined, asOf: number): Evidence {
  if (product === undefined) return { kind: 'none' }
  if (product.purchases > 0) {
    const { purchases: times, lastPurchaseAt: lastAt } = product
    const gapMs = meanGapMs(product)
    const isDue = gapMs !== null && asOf - lastAt >= DUE_FROM * gapMs
    return { kind: 'bought', times, lastAt, gapMs: isDue ? gapMs : null }
  }
  if (product.carts > 0) return { kind: 'carted', lastAt: product.lastActionAt }
  if (product.wishes > 0) return { kind: 'wished', lastAt: product.lastActionAt }
  return { kind: 'viewed', lastAt: product.lastActionAt }
}
