import type { Customer } from '../events/customers.ts'
import { shopperProduct } from '../views/shopper-product.ts'
import { type Figures, measureOf } from './window-figures.ts'

/** What of a product preferences are rolled up by. */
export type Kind = { readonly category: string; readonly brand?: string | undefined }

/** How much a shopper turns to a category or brand. */
export type Preference = {
  /** What was done with its products, weighted by `WEIGHTS`; an integer, 0 where they only said so. */
  readonly weight: number
  /** Whether the person says to like it. */
  readonly isStated: boolean
}

export type Preferences = {
  /** By path; a category holds what is below it: `Home` all of `Home/Kitchen`. */
  readonly categories: ReadonlyMap<string, Preference>
  readonly brands: ReadonlyMap<string, Preference>
}

/** What one action is worth. Judged, not measured: a purchase says more than a look. */
const WEIGHTS = { views: 1, carts: 3, wishes: 3, purchases: 5 } as const

const measures = Object.entries(WEIGHTS).map(([name, weight]) => ({
  weight,
  read: measureOf(shopperProduct, name),
}))

/**
 * What a shopper likes, from what they did, rolled up to categories and brands now, and from what they say. A product
 * that moves to another category takes its history along.
 *
 * @param rows tiles or window rows of `shopper_product` of one shopper
 * @param kindOf category and brand of a product; undefined if it is not known, then it counts nowhere
 * @param stated the winning version of the customer's `preferences`
 */
export function preferencesOf(
  rows: Iterable<Figures>,
  kindOf: (sku: string) => Kind | undefined,
  stated: Customer['preferences'] = {},
): Preferences {
  const categories = new Map<string, Preference>()
  const brands = new Map<string, Preference>()
  for (const category of stated.categories ?? []) categories.set(category, { weight: 0, isStated: true })
  for (const brand of stated.brands ?? []) brands.set(brand, { weight: 0, isStated: true })
  for (const row of rows) {
    const kind = kindOf(row.key[1] ?? '')
    const weight = measures.reduce((sum, { weight: each, read }) => sum + each * read(row), 0)
    if (kind === undefined || weight === 0) continue
    for (const category of pathsOf(kind.category)) add(categories, category, weight)
    if (kind.brand !== undefined) add(brands, kind.brand, weight)
  }
  return { categories, brands }
}

/** `Home`, `Home/Kitchen`, `Home/Kitchen/Mugs`. */
export function pathsOf(category: string): readonly string[] {
  const parts = category.split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/')).filter((path) => path !== '')
}

function add(preferences: Map<string, Preference>, name: string, weight: number): void {
  const before = preferences.get(name)
  preferences.set(name, { weight: (before?.weight ?? 0) + weight, isStated: before?.isStated ?? false })
}
