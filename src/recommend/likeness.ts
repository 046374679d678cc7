import type { CategoryTree } from '../models/candidates/category-tree.ts'

const CATEGORY_SHARE = 0.7

/** What a product is compared by. */
export type Kind = { readonly category: number; readonly brand: number }

/** How alike two products are, in [0, 1]: by the levels of category that they share, and by brand. */
export const likenessOf =
  (categories: CategoryTree) =>
  (a: Kind, b: Kind): number =>
    CATEGORY_SHARE * categories.likeness(a.category, b.category) +
    (a.brand >= 0 && a.brand === b.brand ? 1 - CATEGORY_SHARE : 0)
