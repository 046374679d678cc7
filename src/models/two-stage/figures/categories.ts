import type { ItemContent } from '../../content/item-content.ts'
import type { ShopperHistory } from '../../sequences.ts'

/** Category and brand of each item as numbers from 0; -1 for an item without. Null where the data has none. */
export type ItemKinds = {
  readonly categories: Int32Array | null
  readonly brands: Int32Array | null
}

export const itemKinds = (content: ItemContent | null): ItemKinds => ({
  categories: numbered(content?.categories),
  brands: numbered(content?.brands),
})

function numbered(names: readonly (string | null)[] | undefined): Int32Array | null {
  if (names === undefined) return null
  const numbers = new Map<string, number>()
  return Int32Array.from(names, (name) => {
    if (name === null || name === '') return -1
    const number = numbers.get(name) ?? numbers.size
    numbers.set(name, number)
    return number
  })
}

/** How much a shopper likes the kind of an item: NaN where its kind, or the shopper's past, is not known. */
export type TasteFigures = {
  /** Share of the shopper's lines in the category and of the brand, in [0, 1]. */
  categoryShare: number
  brandShare: number
  /** Days since the shopper last bought in the category. */
  daysSinceCategory: number
}

/** What a shopper bought of each kind. */
export type Tastes = {
  /** Lines by number of the kind; null where the data has no such kinds. */
  readonly byCategory: ReadonlyMap<number, number> | null
  readonly byBrand: ReadonlyMap<number, number> | null
  readonly of: (item: number) => TasteFigures
}

export function tastesOf(
  { items, days }: ShopperHistory,
  asOfDay: number | null,
  { categories, brands }: ItemKinds,
): Tastes {
  const byCategory = counted(items, categories)
  const byBrand = counted(items, brands)
  const lastDays = new Map<number, number>()
  if (categories !== null && days !== null) {
    for (const [index, item] of items.entries()) lastDays.set(categories[item] ?? -1, days[index] ?? 0)
  }
  const share = (counts: ReadonlyMap<number, number> | null, kind: number | undefined) =>
    counts === null || kind === undefined || kind < 0 || items.length === 0
      ? Number.NaN
      : (counts.get(kind) ?? 0) / items.length
  return {
    byCategory,
    byBrand,
    of: (item) => {
      const last = lastDays.get(categories?.[item] ?? -1)
      return {
        categoryShare: share(byCategory, categories?.[item]),
        brandShare: share(byBrand, brands?.[item]),
        daysSinceCategory: last === undefined || asOfDay === null ? Number.NaN : asOfDay - last,
      }
    },
  }
}

function counted(items: Int32Array, kinds: Int32Array | null): ReadonlyMap<number, number> | null {
  if (kinds === null) return null
  const counts = new Map<number, number>()
  for (const item of items) {
    const kind = kinds[item] ?? -1
    if (kind >= 0) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return counts
}
