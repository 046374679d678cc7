import type { ShopperContext } from '../models/candidates/candidate-source.ts'
import type { ItemTable } from '../models/candidates/item-table.ts'
import type { DecisionRequest, Filter } from './decision.ts'

/** Whether an item may be shown in the answer to one request. */
export type Eligibility = (item: number) => boolean

/**
 * Sold, available and in stock; in the request's category and filter; not the page's product, not in the basket, not
 * excluded, nor a variant of any of those.
 */
export function eligibilityOf(
  items: ItemTable,
  { category, filter, exclude }: Pick<DecisionRequest, 'category' | 'filter' | 'exclude'>,
  shopper: ShopperContext,
): Eligibility {
  const { asOf, pageItem, cart } = shopper
  const hiddenParents = new Set(
    [pageItem, ...cart].filter((item) => item >= 0).map((item) => items.parent(item)),
  )
  const hidden = new Set(exclude.map((sku) => items.numberOf(sku)))
  const fits = filter === undefined ? () => true : fitsFilter(items, filter)
  return (item) => {
    if (!items.isShowable(item, asOf)) return false
    if (hiddenParents.has(items.parent(item)) || hidden.has(item)) return false
    if (category !== undefined && !items.categories.isWithin(items.category(item), shopper.category))
      return false
    return fits(item)
  }
}

function fitsFilter(items: ItemTable, filter: Filter): Eligibility {
  const { brands, minPriceCents = 0, maxPriceCents = Number.POSITIVE_INFINITY, attributes = {} } = filter
  const wanted = brands === undefined ? null : new Set(brands.map((brand) => items.brands.find(brand)))
  const facts = Object.entries(attributes)
  return (item) => {
    const priceCents = items.priceCents(item)
    if (priceCents < minPriceCents || priceCents > maxPriceCents) return false
    if (wanted !== null && (items.brand(item) < 0 || !wanted.has(items.brand(item)))) return false
    const own = facts.length === 0 ? undefined : items.product(item).attributes
    return facts.every(([name, value]) => own?.[name] === value)
  }
}
