import { bestItems } from './best-items.ts'
import type { CandidateSource, Evidence, ShopperContext } from './candidate-source.ts'
import type { ItemTable } from './item-table.ts'
import { brandLiking, categoryLiking } from './taste.ts'

/** What a product costs less now. */
export type Deal = {
  /** Off, as a share of the price before, in (0, 1]. */
  readonly offRatio: number
  /** Until before this instant, epoch ms; null for a price cut without an end. */
  readonly endsAt: number | null
}

/** Deals that hold for this shopper at their instant. */
export type Deals = {
  /** Products to look into, each once. */
  readonly items: (shopper: ShopperContext) => Iterable<number>
  /** What `of` says is off; 0 without a deal. */
  readonly offRatio: (item: number, shopper: ShopperContext) => number
  readonly of: (item: number, shopper: ShopperContext) => Deal | null
}

/** A deal in a category that the shopper never chose still counts so much. */
const STRANGE_CATEGORY = 0.15
/** Off by this ratio a deal has half of its pull. */
const HALF_PULL_OFF = 0.15

/** Products on offer or cut in price, in categories and of brands that the shopper likes; more for those who buy at discounts. */
export const onOffer = (items: ItemTable, deals: Deals): CandidateSource => ({
  name: 'on_offer',
  driver: 'discount',
  prepare: (shopper) => {
    const { taste, discountAffinity } = shopper
    /** Half of the pull for one like everybody, four fifths for one who buys twice as much at a discount. */
    const care = discountAffinity ** 2 / (1 + discountAffinity ** 2)
    const valueFor = (item: number): number => {
      const offRatio = deals.offRatio(item, shopper)
      if (offRatio === 0) return 0
      const liking = Math.max(
        categoryLiking(items, taste, items.category(item)),
        brandLiking(taste, items.brand(item)),
      )
      const pull = offRatio / (offRatio + HALF_PULL_OFF)
      return pull * (STRANGE_CATEGORY + (1 - STRANGE_CATEGORY) * liking) * care
    }
    return {
      propose: (limit) => bestItems(deals.items(shopper), limit, valueFor, items.compare),
      valueFor,
      evidenceOf: (item): Evidence => {
        const deal = deals.of(item, shopper)
        return deal === null ? { kind: 'none' } : { kind: 'deal', ...deal }
      },
    }
  },
})
