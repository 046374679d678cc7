import type { Random } from '../../core/random.ts'
import type { ShopProduct } from './shop-products.ts'

/** Whoever carts `trigger` also looks at `companion`, with this probability, and mostly takes it. */
export type PlantedBundle = {
  readonly trigger: string
  readonly companion: string
  readonly probability: number
}

/** There is one bundle for so many products. */
const PRODUCTS_PER_BUNDLE = 8

/**
 * Bundles along the categories that complete each other, first for the most wanted products; a trigger has
 * one companion.
 */
export function plantBundles(products: readonly ShopProduct[], random: Random): readonly PlantedBundle[] {
  const wanted = Math.max(1, Math.floor(products.length / PRODUCTS_PER_BUNDLE))
  const inStock = products.filter(({ product }) => product.inventory !== 0)
  const byPrefix = Map.groupBy(inStock, ({ leaf }) => leaf.prefix)
  const bundles: PlantedBundle[] = []
  for (const trigger of inStock) {
    const companions = byPrefix.get(trigger.leaf.completedBy)
    if (companions === undefined) continue
    const probability = (40 + 5 * random.below(7)) / 100
    bundles.push({
      trigger: trigger.product.sku,
      companion: random.pick(companions).product.sku,
      probability,
    })
    if (bundles.length === wanted) break
  }
  return bundles
}
