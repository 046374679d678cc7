import type { ShopperContext } from '../../models/candidates/candidate-source.ts'
import type { ItemTable } from '../../models/candidates/item-table.ts'
import type { Deal, Deals } from '../../models/candidates/on-offer.ts'
import type { SalesFiguresAt } from '../../models/candidates/sales-figures.ts'
import { mostLiked } from '../../models/candidates/taste.ts'
import type { ActiveOffers } from './active-offers.ts'
import { offerPrice } from './offer-price.ts'
import type { UsualPrices } from './usual-prices.ts'

const LIKED = 4
const OF_EACH = 30

export type DealOptions = {
  readonly items: ItemTable
  readonly offersNow: () => ActiveOffers
  readonly usualPrices: UsualPrices
  readonly figuresAt: SalesFiguresAt
}

/**
 * Offers that hold, and prices that were cut, as the source sees them. A price is cut where it lies below the usual
 * one; of a product that was not bought lately, below the list price.
 */
export const shopDeals = ({ items, offersNow, usualPrices, figuresAt }: DealOptions): Deals => ({
  items: (shopper) => lookedInto(shopper, offersNow(), figuresAt),
  of: (item, shopper): Deal | null => {
    const priceCents = items.priceCents(item)
    const usualCents = usualPrices.at(item, shopper.asOf) ?? items.listPriceCents(item)
    const before = Math.max(priceCents, usualCents)
    const offer = offerPrice(priceCents, offersNow().of(item, shopper))
    const after = offer?.priceCents ?? priceCents
    return after >= before ? null : { offRatio: 1 - after / before, endsAt: offer?.endsAt ?? null }
  },
})

/** What offers name, and what is bought most in the categories that the shopper likes, and by all. */
function* lookedInto(
  { asOf, taste }: ShopperContext,
  offers: ActiveOffers,
  figuresAt: SalesFiguresAt,
): Generator<number> {
  const sales = figuresAt(asOf)
  const seen = new Set<number>()
  const lists = [
    offers.named(),
    ...[...taste.statedCategories, ...mostLiked(taste.categories, LIKED)].map((category) =>
      sales.topOfCategory(category, OF_EACH),
    ),
    ...mostLiked(taste.brands, LIKED).map((brand) => sales.topOfBrand(brand, OF_EACH)),
    sales.top(90, 2 * OF_EACH),
  ]
  for (const list of lists) {
    for (const item of list) {
      if (item < 0 || seen.has(item)) continue
      seen.add(item)
      yield item
    }
  }
}
