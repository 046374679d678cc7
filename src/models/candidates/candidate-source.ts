import type { Person } from './person.ts'
import type { Taste } from './taste.ts'

/** What one shopper did with one product, summed over the days that are kept. */
export type ShopperProduct = {
  readonly views: number
  readonly carts: number
  /** Wished minus taken off the wishlist. */
  readonly wishes: number
  readonly purchases: number
  /** Days with a purchase. */
  readonly purchaseDays: number
  /** Epoch ms, exact where the product is among the recent ones, else the start of the day; 0 if none. */
  readonly firstPurchaseAt: number
  readonly lastPurchaseAt: number
  readonly lastActionAt: number
}

/** A product that the shopper looked at, carted, wished for or bought. */
export type RecentItem = { readonly item: number; readonly at: number }

/** Who is asking, about what, at which instant. Products are item numbers. Empty for a shopper of whom nothing is known. */
export type ShopperContext = {
  /** Epoch ms; nothing that happened at or after it is used. */
  readonly asOf: number
  /** Key of the shopper's own histories, such as `c:ann`; null where nothing personal may be used. */
  readonly shopper: string | null
  /** Last products, newest first, at most 50. */
  readonly recent: readonly RecentItem[]
  readonly products: ReadonlyMap<number, ShopperProduct>
  /** Products whose last word on the wishlist is that they are on it, newest first. */
  readonly wished: ReadonlySet<number>
  /** Product of the page; -1 without one. */
  readonly pageItem: number
  /** Products in the basket. */
  readonly cart: readonly number[]
  /** The only category whose products will be shown, with all below; -1 for the whole shop. */
  readonly category: number
  readonly taste: Taste
  /** Age, gender and place; null without consent for demographics. */
  readonly person: Person | null
  /** How much more of what they buy is bought at a discount than of what everybody buys: 1 for one like all, at least 0. */
  readonly discountAffinity: number
}

/** Why a source gives a product its value; turned into words by `recommend/reasons.ts`. Instants are epoch ms. */
export type Evidence =
  | {
      readonly kind: 'bought'
      readonly times: number
      readonly lastAt: number
      /** Mean time between purchases where it is bought again and again and is due, ms; else null. */
      readonly gapMs: number | null
    }
  | { readonly kind: 'carted' | 'wished' | 'viewed'; readonly lastAt: number }
  | { readonly kind: 'popular'; readonly purchases: number; readonly days: number }
  /** Bought `times` as often in the last `days` as in the time before. */
  | { readonly kind: 'rising'; readonly purchases: number; readonly days: number; readonly times: number }
  | { readonly kind: 'browsed'; readonly views: number; readonly days: number }
  | {
      readonly kind: 'popular_with'
      readonly group: string
      readonly purchases: number
      readonly days: number
    }
  /** `at` is null where the anchor is on the page or in the basket now. */
  | { readonly kind: 'goes_with'; readonly item: number; readonly at: number | null }
  | { readonly kind: 'bought_with'; readonly item: number; readonly baskets: number }
  | { readonly kind: 'same_visits'; readonly item: number; readonly visits: number }
  | { readonly kind: 'wishlist' }
  | { readonly kind: 'stated'; readonly what: 'category' | 'brand'; readonly name: string }
  | { readonly kind: 'liked'; readonly what: 'category' | 'brand'; readonly name: string }
  | { readonly kind: 'in_season'; readonly index: number; readonly purchases: number }
  | { readonly kind: 'deal'; readonly offRatio: number; readonly endsAt: number | null }
  | { readonly kind: 'alike'; readonly item: number; readonly isNew: boolean }
  | { readonly kind: 'new' }
  | { readonly kind: 'little_known' }
  | { readonly kind: 'none' }

export const DRIVERS = [
  'history',
  'demographics',
  'affinity',
  'season',
  'discount',
  'popularity',
  'content',
] as const
export type Driver = (typeof DRIVERS)[number]

/** One way to find products for a shopper, and to say how much they suit. One file each. */
export type CandidateSource = {
  readonly name: string
  readonly driver: Driver
  /**
   * Decides everything that depends on the shopper alone, once a request. What it returns holds until the next
   * call: a source uses its memory again.
   */
  readonly prepare: (shopper: ShopperContext) => PreparedSource
}

export type PreparedSource = {
  /** Item numbers that this source proposes, best first, each once, at most `limit`; none is fine. */
  readonly propose: (limit: number) => readonly number[]
  /** How much the product suits, in [0, 1], 0 where the source knows nothing of it; any item may be asked. */
  readonly valueFor: (item: number) => number
  /** Asked only where the value is above 0. */
  readonly evidenceOf: (item: number) => Evidence
}

/** What a source says that has nothing to say. */
export const SILENT: PreparedSource = Object.freeze({
  propose: () => [],
  valueFor: () => 0,
  evidenceOf: (): Evidence => ({ kind: 'none' }),
})
