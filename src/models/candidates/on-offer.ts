import { bestItems } from './best-items.ts'
import type { CandidateSource, Evidence, ShopperContext } from './candidate-source.ts'
import type { ItemTable } from './item-table.ts'
import { RequestValues } from './request-values.ts'
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
  readonly items: (shopper: ShopperContext) => Iterable<number>
  readonly of: (item: number, shopper: ShopperContext) => Deal | null
}

/** A deal in a category that the shopper never chose still counts so much. */
const STRANGE_CATEGORY = 0.15
/** Off by this ratio a deal has half of its pull. */
const HALF_PULL_OFF = 0.15

/** Products on offer or cut in price, in categories and of brands that the shopper likes; more for those who buy at discounts. */
export function onOffer(items: ItemTable, deals: Deals): CandidateSource {
  const known = new RequestValues()
  const prepare = (shopper: ShopperContext) => {
    known.clear()
    const { taste, discountAffinity } = shopper
    /** Half of the pull for one like everybody, four fifths for one who buys twice as much at a discount. */
    const care = discountAffinity ** 2 / (1 + discountAffinity ** 2)
    const compute = (item: number): number => {
      const deal = deals.of(item, shopper)
      if (deal === null) return 0
      const liking = Math.max(
        categoryLiking(items, taste, items.category(item)),
        brandLiking(taste, items.brand(item)),
      )
      const pull = deal.offRatio / (deal.offRatio + HALF_PULL_OFF)
      return pull * (STRANGE_CATEGORY + (1 - STRANGE_CATEGORY) * liking) * care
    }
    /** A product is asked for by proposing it and again by its value. */
    const valueFor = (item: number): number => {
      if (known.has(item)) return known.get(item)
      const value = compute(item)
      known.set(item, value)
      return value
    }
    return {
      propose: (limit: number) => bestItems(deals.items(shopper), limit, valueFor, items.compare),
      valueFor,
      evidenceOf: (item: number): Evidence => {
        const deal = deals.of(item, shopper)
        return deal === null ? { kind: 'none' } : { kind: 'deal', ...deal }
      },
    }
  }
  return { name: 'on_offer', driver: 'discount', prepare }
}
