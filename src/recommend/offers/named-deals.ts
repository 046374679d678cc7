import type { ItemTable } from '../../models/candidates/item-table.ts'
import type { Taste } from '../../models/candidates/taste.ts'

/**
 * Products that offers name and that have a deal for everybody, by how much it takes off, then sku: in all, and in each
 * category and of each brand. Who likes none of a product's category and brand likes it less the less it takes off, so
 * of all those the first ones are enough; the same holds within a category or brand that is liked.
 */
export class NamedDeals {
  readonly #items: ItemTable
  readonly #all: readonly number[]
  readonly #byCategory: ReadonlyMap<number, readonly number[]>
  readonly #byBrand: ReadonlyMap<number, readonly number[]>
  /** Of these it is not known what is taken off now: always looked into, and in no order. */
  readonly #unordered: Set<number>

  /**
   * @param some each once
   * @param unordered those that have another deal for each who asks
   */
  constructor(
    items: ItemTable,
    some: readonly number[],
    { offRatio, unordered }: { readonly offRatio: (item: number) => number; readonly unordered: Set<number> },
  ) {
    this.#items = items
    this.#all = some.toSorted((a, b) => offRatio(b) - offRatio(a) || items.compare(a, b))
    this.#byCategory = Map.groupBy(this.#all, (item) => items.category(item))
    this.#byBrand = Map.groupBy(this.#all, (item) => items.brand(item))
    this.#unordered = unordered
  }

  /** Says that a product that offers name may have another deal now, or lie in another category. */
  changed(item: number): void {
    this.#unordered.add(item)
  }

  /** Calls back with every product that may be among the best `limit` for somebody; with some more than once. */
  eachOfBest(limit: number, taste: Taste, visit: (item: number) => void): void {
    for (const item of this.#unordered) visit(item)
    this.#first(limit, this.#all, visit)
    for (const [category, some] of this.#byCategory) {
      if (this.#likesCategory(taste, category)) this.#first(limit, some, visit)
    }
    for (const brand of [...taste.brands.keys(), ...taste.statedBrands]) {
      this.#first(limit, this.#byBrand.get(brand) ?? [], visit)
    }
  }

  #likesCategory({ categories, statedCategories }: Taste, category: number): boolean {
    return (
      categories.has(category) ||
      statedCategories.some((stated) => this.#items.categories.isWithin(category, stated))
    )
  }

  #first(limit: number, some: readonly number[], visit: (item: number) => void): void {
    let left = limit
    for (let place = 0; place < some.length && left > 0; place += 1) {
      const item = some[place] ?? 0
      if (this.#unordered.has(item)) continue
      visit(item)
      left -= 1
    }
  }
}
