import type { LatestEntry } from '../../compile/tile.ts'

/** What one shopper did with one product, summed over the days that are kept. */
export type ShopperProduct = {
  readonly sku: string
  readonly views: number
  readonly carts: number
  /** Wished minus taken off the wishlist. */
  readonly wishes: number
  readonly purchases: number
  /** Start of the last day with a purchase, or with anything; epoch ms, 0 if none. */
  readonly lastPurchaseAt: number
  readonly lastActionAt: number
}

/** Who is asking, about what, at which instant. Empty lists for a shopper of whom nothing is known. */
export type ShopperContext = {
  /** Epoch ms; nothing that happened at or after it is used. */
  readonly asOf: number
  /** Last products, newest first, at most 50. */
  readonly recent: readonly LatestEntry[]
  readonly products: ReadonlyMap<string, ShopperProduct>
  /** Product of the page, and products in the basket. */
  readonly pageSku: string | undefined
  readonly cart: readonly string[]
}

/** Why a source gives a product its value; turned into words by `recommend/reasons.ts`. */
export type Evidence =
  | { readonly kind: 'bought'; readonly times: number; readonly lastAt: number }
  | { readonly kind: 'carted' | 'wished' | 'viewed'; readonly lastAt: number }
  | { readonly kind: 'popular'; readonly purchases: number; readonly days: number }
  | { readonly kind: 'browsed'; readonly views: number; readonly days: number }
  /** `at` is null where the anchor is on the page or in the basket now. */
  | { readonly kind: 'goes_with'; readonly sku: string; readonly at: number | null }
  | { readonly kind: 'none' }

export type Driver =
  | 'history'
  | 'demographics'
  | 'affinity'
  | 'season'
  | 'discount'
  | 'popularity'
  | 'content'

/** One way to find products for a shopper, and to say how much they suit. One file each. */
export type CandidateSource = {
  readonly name: string
  readonly driver: Driver
  /** Decides everything that depends on the shopper alone, once a request. */
  readonly prepare: (context: ShopperContext) => PreparedSource
}

export type PreparedSource = {
  /** Products that this source proposes, best first, at most `limit`; none for an empty shopper is fine. */
  readonly propose: (limit: number) => readonly string[]
  /** How much the product suits, in [0, 1], 0 where the source knows nothing of it; any product may be asked. */
  readonly valueOf: (sku: string) => number
  readonly evidenceOf: (sku: string) => Evidence
}
