import { bestItems } from './best-items.ts'
import type { CandidateSource, Evidence, ShopperContext } from './candidate-source.ts'
import type { ItemTable } from './item-table.ts'
import { Likings } from './taste.ts'

/** What a product costs less now. */
export type Deal = {
  /** Off, as a share of the price before, in (0, 1]. */
  readonly offRatio: number
  /** Until before this instant, epoch ms; null for a price cut without an end. */
  readonly endsAt: number | null
}

/** Deals that hold for one shopper at their instant. */
export type HeldDeals = {
  /**
   * Products of which the best `limit` are looked for, each once: all that may be among them. Of two deals in a
   * category and of a brand the one that takes more off is the better one, then the lower sku.
   */
  readonly items: (limit: number) => Iterable<number>
  /** What a product costs less; null if nothing. */
  readonly of: (item: number) => Deal | null
  /** The same as a share of the price before; 0 if nothing. */
  readonly offRatio: (item: number) => number
}

/** Holds until the next call. */
export type Deals = (shopper: ShopperContext) => HeldDeals

/** A deal in a category that the shopper never chose still counts so much. */
const STRANGE_CATEGORY = 0.15
/** Off by this ratio a deal has half of its pull. */
const HALF_PULL_OFF = 0.15

/** Products on offer or cut in price, in categories and of brands that the shopper likes; more for those who buy at discounts. */
export function onOffer(items: ItemTable, deals: Deals): CandidateSource {
  const likings = new Likings(items)
  const prepare = (shopper: ShopperContext) => {
    const { taste, discountAffinity } = shopper
    const held = deals(shopper)
    likings.lookAt(taste)
    /** Half of the pull for one like everybody, four fifths for one who buys twice as much at a discount. */
    const care = discountAffinity ** 2 / (1 + discountAffinity ** 2)
    const valueFor = (item: number): number => {
      const offRatio = held.offRatio(item)
      if (offRatio === 0) return 0
      const liking = Math.max(likings.ofCategory(item), likings.ofBrand(item))
      const pull = offRatio / (offRatio + HALF_PULL_OFF)
      return pull * (STRANGE_CATEGORY + (1 - STRANGE_CATEGORY) * liking) * care
    }
    return {
      propose: (limit: number) => bestItems(held.items(limit), limit, valueFor, items.compare),
      valueFor,
      evidenceOf: (item: number): Evidence => {
        const deal = held.of(item)
        return deal === null ? { kind: 'none' } : { kind: 'deal', ...deal }
      },
    }
  }
  return { name: 'on_offer', driver: 'discount', prepare }
}
