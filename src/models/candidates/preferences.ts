import { bestItems } from './best-items.ts'
import type { CandidateSource, Evidence, ShopperContext } from './candidate-source.ts'
import type { ItemTable } from './item-table.ts'
import { unionOf } from './popular.ts'
import type { SalesFigures, SalesFiguresAt } from './sales-figures.ts'
import { brandLiking, categoryLiking, Likings, mostLiked, type Taste } from './taste.ts'

const CATEGORY_SHARE = 0.35
const BRAND_SHARE = 0.25
const WISHED = 1
/** Categories and brands that are looked into, most liked first. */
const LOOKED_INTO = 4

/** What the shopper wished for, and what is bought in the categories and of the brands that they state or show to like. */
export function preferences(items: ItemTable, figuresAt: SalesFiguresAt): CandidateSource {
  const likings = new Likings(items)
  return {
    name: 'preferences',
    driver: 'history',
    prepare: (shopper) => {
      const { taste, products, asOf } = shopper
      const wished = wishlist(shopper)
      likings.lookAt(taste)
      const valueFor = (item: number): number => {
        if (wished.size > 0 && wished.has(item)) return WISHED
        const liking = CATEGORY_SHARE * likings.ofCategory(item) + BRAND_SHARE * likings.ofBrand(item)
        return liking > 0 && (products.get(item)?.purchases ?? 0) > 0 ? 0 : liking
      }
      return {
        propose: (limit) =>
          unionOf(
            [
              bestItems(wished, limit, valueFor, items.compare),
              ...liked(items, figuresAt(asOf), taste, limit),
            ],
            limit,
          ),
        valueFor,
        evidenceOf: (item) => evidence(items, taste, wished, item),
      }
    },
  }
}

/** Wished for, and not bought since. */
function wishlist({ products, wished }: ShopperContext): Set<number> {
  const open = new Set<number>()
  for (const item of wished) {
    const done = products.get(item)
    if (done === undefined || done.purchases === 0 || done.lastActionAt > done.lastPurchaseAt) open.add(item)
  }
  return open
}

function liked(items: ItemTable, sales: SalesFigures, taste: Taste, limit: number): (readonly number[])[] {
  const stated = taste.statedCategories.flatMap((category) => leavesOf(items, category))
  const categories = new Set([...stated, ...mostLiked(taste.categories, LOOKED_INTO)])
  const brands = new Set([...taste.statedBrands, ...mostLiked(taste.brands, LOOKED_INTO)])
  return [
    ...[...categories].map((category) => sales.topOfCategory(category, limit)),
    ...[...brands].map((brand) => sales.topOfBrand(brand, limit)),
  ]
}

function leavesOf({ categories }: ItemTable, stated: number): number[] {
  const leaves: number[] = []
  for (let category = 0; category < categories.count; category += 1) {
    if (categories.isWithin(category, stated)) leaves.push(category)
  }
  return leaves
}

function evidence(items: ItemTable, taste: Taste, wished: ReadonlySet<number>, item: number): Evidence {
  if (wished.has(item)) return { kind: 'wishlist' }
  const [category, brand] = [items.category(item), items.brand(item)]
  const { categories, brands } = items
  const stated = taste.statedCategories.find((one) => categories.isWithin(category, one))
  if (stated !== undefined) return { kind: 'stated', what: 'category', name: categories.name(stated) }
  if (taste.statedBrands.includes(brand)) return { kind: 'stated', what: 'brand', name: brands.text(brand) }
  const byCategory = CATEGORY_SHARE * categoryLiking(items, taste, category)
  return BRAND_SHARE * brandLiking(taste, brand) > byCategory
    ? { kind: 'liked', what: 'brand', name: brands.text(brand) }
    : { kind: 'liked', what: 'category', name: categories.name(category) }
}
