import type { FeatureColumn } from '../../algebra/feature-column.ts'
import { features } from '../../catalog/features/features.ts'
import { productActivity } from '../../catalog/views/product-activity.ts'
import { productDiscounts } from '../../catalog/views/product-discounts.ts'
import { productPriceHistogram } from '../../catalog/views/product-price-histogram.ts'
import { ShopFeatures, type ShopFeaturesOptions } from './shop-features.ts'

/** Names of the feature columns that a ranker may read, in the order in which they lie behind the sources. */
export const FEATURE_NAMES: readonly string[] = features.map(({ name }) => name)

/** What columns read of products: a change of one of these is a change of the product's figures. */
const OF_PRODUCTS: ReadonlySet<string> = new Set([
  'products',
  ...[productActivity, productDiscounts, productPriceHistogram].map(({ name }) => name),
])

/** The feature columns that rankers read, each set of them once, kept up with what the state says has changed. */
export class FeatureFeed {
  readonly #options: ShopFeaturesOptions
  readonly #changed = new Set<string>()
  readonly #open = new Map<string, ShopFeatures>()

  constructor(options: ShopFeaturesOptions) {
    this.#options = options
    options.state.onChange((name, owner) => {
      if (this.#open.size > 0 && OF_PRODUCTS.has(name)) this.#changed.add(owner)
    })
  }

  /** The columns of these names, in the order of the catalog; the same set of names gives the same object. */
  columnsOf(names: readonly string[]): ShopFeatures | null {
    const columns = features.filter(({ name }) => names.includes(name))
    if (columns.length === 0) return null
    const key = keyOf(columns)
    const known = this.#open.get(key)
    if (known !== undefined) return known
    const made = new ShopFeatures(columns, this.#options)
    this.#open.set(key, made)
    return made
  }

  /** Forgets all sets of columns but this one. */
  keepOnly(kept: ShopFeatures): void {
    this.#open.clear()
    this.#open.set(keyOf(kept.columns), kept)
  }

  /** Takes in what changed since the last time, after the shop's products are up to date. */
  refresh(): void {
    for (const sku of this.#changed) {
      const item = this.#options.items.numberOf(sku)
      if (item >= 0) for (const columns of this.#open.values()) columns.changed(item)
    }
    this.#changed.clear()
  }
}

const keyOf = (columns: readonly FeatureColumn[]): string => columns.map(({ name }) => name).join(' ')
