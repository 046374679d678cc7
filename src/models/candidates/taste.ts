import type { Customer } from '../../catalog/events/customers.ts'
import type { ShopperProduct } from './candidate-source.ts'
import type { ItemTable } from './item-table.ts'
import { RequestValues } from './request-values.ts'

/** What a shopper likes: by what they did, and by what they say. */
export type Taste = {
  /** Share of what they did that was in a category, and of a brand, by its number. */
  readonly categories: ReadonlyMap<number, number>
  readonly brands: ReadonlyMap<number, number>
  /** The greatest of those shares; 0 without a history. */
  readonly greatestCategory: number
  readonly greatestBrand: number
  readonly statedCategories: readonly number[]
  readonly statedBrands: readonly number[]
  /** In lower case. */
  readonly sizes: readonly string[]
  /** Colours of what they bought or carted, in lower case, with how often. */
  readonly colours: ReadonlyMap<string, number>
}

export const NO_TASTE: Taste = Object.freeze({
  categories: new Map(),
  brands: new Map(),
  greatestCategory: 0,
  greatestBrand: 0,
  statedCategories: [],
  statedBrands: [],
  sizes: [],
  colours: new Map(),
})

/** A purchase says most; a wish is a want that was not acted on. */
const WEIGHTS = { purchases: 1, carts: 0.6, wishes: 0.5, views: 0.1 } as const

export function tasteOf(
  items: ItemTable,
  products: ReadonlyMap<number, ShopperProduct>,
  preferences: Customer['preferences'],
): Taste {
  if (products.size === 0 && preferences === undefined) return NO_TASTE
  const categories = new Map<number, number>()
  const brands = new Map<number, number>()
  const colours = new Map<string, number>()
  let total = 0
  for (const [item, done] of products) {
    const weight =
      done.purchases * WEIGHTS.purchases +
      done.carts * WEIGHTS.carts +
      Math.max(0, done.wishes) * WEIGHTS.wishes +
      done.views * WEIGHTS.views
    total += weight
    count(categories, items.category(item), weight)
    const brand = items.brand(item)
    if (brand >= 0) count(brands, brand, weight)
    const colour = items.variants(item).size > 1 ? colourOf(items, item) : undefined
    if (colour !== undefined) count(colours, colour, done.purchases + done.carts)
  }
  const greatestCategory = toShares(categories, total)
  const greatestBrand = toShares(brands, total)
  return {
    categories,
    brands,
    greatestCategory,
    greatestBrand,
    statedCategories: known(preferences?.categories ?? [], (path) => items.categories.find(path)),
    statedBrands: known(preferences?.brands ?? [], (brand) => items.brands.find(brand)),
    sizes: (preferences?.sizes ?? []).map((size) => size.toLowerCase()),
    colours,
  }
}

/** How much a category is liked, in [0, 1]: 1 if the shopper says so, or for the one that they like most. */
export function categoryLiking(items: ItemTable, taste: Taste, category: number): number {
  for (const stated of taste.statedCategories) if (items.categories.isWithin(category, stated)) return 1
  return taste.greatestCategory === 0 ? 0 : (taste.categories.get(category) ?? 0) / taste.greatestCategory
}

export function brandLiking(taste: Taste, brand: number): number {
  if (brand < 0) return 0
  if (taste.statedBrands.includes(brand)) return 1
  return taste.greatestBrand === 0 ? 0 : (taste.brands.get(brand) ?? 0) / taste.greatestBrand
}

/** How much categories and brands are liked by one shopper, each looked up once a request. */
export class Likings {
  readonly #items: ItemTable
  readonly #categories = new RequestValues()
  readonly #brands = new RequestValues()
  #taste: Taste = NO_TASTE

  constructor(items: ItemTable) {
    this.#items = items
  }

  /** Begins with another shopper. */
  lookAt(taste: Taste): void {
    this.#taste = taste
    this.#categories.clear()
    this.#brands.clear()
  }

  /** Of an item's category, in [0, 1]. */
  ofCategory(item: number): number {
    const category = this.#items.category(item)
    if (category < 0) return categoryLiking(this.#items, this.#taste, category)
    if (!this.#categories.has(category)) {
      this.#categories.set(category, categoryLiking(this.#items, this.#taste, category))
    }
    return this.#categories.get(category)
  }

  /** Of an item's brand, in [0, 1]; 0 without one. */
  ofBrand(item: number): number {
    const brand = this.#items.brand(item)
    if (brand < 0) return 0
    if (!this.#brands.has(brand)) this.#brands.set(brand, brandLiking(this.#taste, brand))
    return this.#brands.get(brand)
  }
}

/** The categories, or brands, that are liked most, best first. */
export const mostLiked = (shares: ReadonlyMap<number, number>, limit: number): number[] =>
  [...shares]
    .toSorted(([a, x], [b, y]) => y - x || a - b)
    .slice(0, limit)
    .map(([number]) => number)

export const colourOf = (items: ItemTable, item: number): string | undefined => {
  const { attributes } = items.product(item)
  return (attributes?.['colour'] ?? attributes?.['color'])?.toLowerCase()
}

export const sizeOf = (items: ItemTable, item: number): string | undefined =>
  items.product(item).attributes?.['size']?.toLowerCase()

const count = <Key>(counts: Map<Key, number>, key: Key, weight: number): void => {
  counts.set(key, (counts.get(key) ?? 0) + weight)
}

function toShares(counts: Map<number, number>, total: number): number {
  let greatest = 0
  for (const [key, weight] of counts) {
    const share = total === 0 ? 0 : weight / total
    counts.set(key, share)
    greatest = Math.max(greatest, share)
  }
  return greatest
}

const known = (texts: readonly string[], find: (text: string) => number): number[] =>
  texts.map(find).filter((number) => number >= 0)
