import { DAY_MS, HOUR_MS } from '../../core/duration.ts'
import type { CandidateSource, Evidence, ShopperProduct } from './candidate-source.ts'

/** Settings of the personal history: half of a purchase's weight stays for ever, the rest fades. */
const PURCHASE_FADE_MS = 120 * DAY_MS
const INTEREST_FADE_MS = 72 * HOUR_MS
const INTEREST = { cart: 0.45, wish: 0.4, view: 0.2 } as const

/** Products that the shopper bought, or showed interest in: frequency first, then recency. */
export const repurchase: CandidateSource = {
  name: 'repurchase',
  driver: 'history',
  prepare: ({ asOf, products }) => {
    const values = new Map<string, number>()
    for (const product of products.values()) values.set(product.sku, historyValue(product, asOf))
    return {
      propose: (limit) =>
        [...values]
          .filter(([, value]) => value > 0)
          .toSorted(([skuA, a], [skuB, b]) => b - a || (skuA < skuB ? -1 : 1))
          .slice(0, limit)
          .map(([sku]) => sku),
      valueOf: (sku) => values.get(sku) ?? 0,
      evidenceOf: (sku) => evidence(products.get(sku)),
    }
  },
}

/** n / (n + 1) of n purchases, half of it fading with time; never below what the interest shown says. */
export function historyValue(product: ShopperProduct, asOf: number): number {
  const bought =
    product.purchases === 0
      ? 0
      : (1 - 1 / (1 + product.purchases)) *
        (0.5 + 0.5 * Math.exp(-Math.max(0, asOf - product.lastPurchaseAt) / PURCHASE_FADE_MS))
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

function evidence(product: ShopperProduct | undefined): Evidence {
  if (product === undefined) return { kind: 'none' }
  if (product.purchases > 0)
    return { kind: 'bought', times: product.purchases, lastAt: product.lastPurchaseAt }
  if (product.carts > 0) return { kind: 'carted', lastAt: product.lastActionAt }
  if (product.wishes > 0) return { kind: 'wished', lastAt: product.lastActionAt }
  return { kind: 'viewed', lastAt: product.lastActionAt }
}
