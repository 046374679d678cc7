import type { Random } from '../../core/random.ts'
import { type ShopOptions, startOf } from './shop-options.ts'
import { isStocked, type ShopProduct } from './shop-products.ts'

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
export function plantBundles(
  products: readonly ShopProduct[],
  options: ShopOptions,
  random: Random,
): readonly PlantedBundle[] {
  if (options.plant === 'none') return []
  const wanted = Math.max(1, Math.floor(products.length / PRODUCTS_PER_BUNDLE))
  const there = products.filter((item) => isStocked(item) && item.launchedAt <= startOf(options))
  const byPrefix = Map.groupBy(there, ({ leaf }) => leaf.prefix)
  const bundles: PlantedBundle[] = []
  for (const trigger of there) {
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

/**
 * Popular pairs of which nothing was planted, in no common bundle and of categories for everybody all year: a control.
 * As many as there are bundles, or fewer in a small shop.
 */
export function unbundledPairs(
  products: readonly ShopProduct[],
  bundles: readonly PlantedBundle[],
): readonly (readonly [string, string])[] {
  const bundled = new Set(bundles.flatMap(({ trigger, companion }) => [trigger, companion]))
  const plain = products.filter((item) => !bundled.has(item.product.sku) && isPlain(item))
  const pairs: [string, string][] = []
  for (let place = 0; place + 1 < plain.length && pairs.length < bundles.length; place += 2) {
    const [first, second] = [plain[place], plain[place + 1]]
    if (first === undefined || second === undefined || first.leaf === second.leaf) continue
    pairs.push([first.product.sku, second.product.sku])
  }
  return pairs
}

const isPlain = (item: ShopProduct): boolean =>
  isStocked(item) &&
  item.season === undefined &&
  item.prices.length === 1 &&
  item.leaf.season === undefined &&
  item.leaf.audience === undefined &&
  item.leaf.usedUpDays === undefined
