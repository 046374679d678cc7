import type { Product } from '../../catalog/events/products.ts'
import { Labels } from '../candidates/labels.ts'
import { words } from './title-features.ts'

/** Features that more than this share of all items have, or more than this many, find nothing. */
const COMMON_SHARE = 0.01
const COMMON_COUNT = 1000
/** Features of a profile that items are looked for by, strongest first. */
const LOOKED_FOR = 24
const NO_FEATURES = new Int32Array(0)

/**
 * Category path, brand, attributes and words of the name of each item, and which items have each: kept up to date
 * item by item, so a product can be found by what it is like as soon as it is known. A feature weighs
 * ln((1 + items) / (1 + items that have it)): what everything has counts nothing.
 */
export class ContentIndex {
  readonly #features = new Labels()
  readonly #ofItem: Int32Array[] = []
  readonly #itemsOf: Set<number>[] = []
  #count = 0
  /** By feature; made anew after an item's features changed. */
  #idf: Float64Array | undefined
  /** By item, for as long as `#idf`; 0 where not computed yet. */
  #norms = new Float64Array(0)
  /** The profile that is looked at: weights by feature, and which of them are not 0. */
  #weights = new Float64Array(0)
  #weighted: number[] = []

  /** Takes the product's features in place of those that the item had. */
  put(item: number, product: Product): void {
    const before = this.#ofItem[item]
    const features = Int32Array.from(featuresOf(product), (name) => this.#features.intern(name)).sort()
    if (before !== undefined && isSame(before, features)) return
    if (before === undefined) this.#count += 1
    else for (const feature of before) this.#itemsOf[feature]?.delete(item)
    this.#ofItem[item] = features
    this.#idf = undefined
    for (const feature of features) {
      const own = this.#itemsOf[feature]
      if (own === undefined) this.#itemsOf[feature] = new Set([item])
      else own.add(item)
    }
  }

  /** Makes the weighted sum of the features of some items the profile that is looked at, until the next call. */
  lookAt(liked: Iterable<readonly [item: number, weight: number]>): void {
    const idf = this.#idfs()
    if (this.#weights.length < idf.length) this.#weights = new Float64Array(2 * idf.length)
    for (const feature of this.#weighted) this.#weights[feature] = 0
    const weighted = new Set<number>()
    for (const [item, weight] of liked) {
      const norm = this.#norm(item)
      if (norm === 0) continue
      for (const feature of this.#ofItem[item] ?? NO_FEATURES) {
        weighted.add(feature)
        this.#weights[feature] = (this.#weights[feature] ?? 0) + (weight * (idf[feature] ?? 0)) / norm
      }
    }
    this.#weighted = [...weighted]
    let squares = 0
    for (const feature of this.#weighted) squares += (this.#weights[feature] ?? 0) ** 2
    const length = Math.sqrt(squares)
    if (length === 0) return
    for (const feature of this.#weighted) this.#weights[feature] = (this.#weights[feature] ?? 0) / length
  }

  /** Cosine in [0, 1] of an item with the profile that is looked at. */
  likeness(item: number): number {
    const norm = this.#norm(item)
    if (norm === 0) return 0
    const [idf, weights] = [this.#idfs(), this.#weights]
    const features = this.#ofItem[item] ?? NO_FEATURES
    let sum = 0
    for (let place = 0; place < features.length; place += 1) {
      const feature = features[place] ?? 0
      sum += (weights[feature] ?? 0) * (idf[feature] ?? 0)
    }
    return Math.min(1, sum / norm)
  }

  /** Cosine of two items. */
  likenessOf(a: number, b: number): number {
    const norms = this.#norm(a) * this.#norm(b)
    if (norms === 0) return 0
    const idf = this.#idfs()
    const others = new Set(this.#ofItem[b] ?? NO_FEATURES)
    let sum = 0
    for (const feature of this.#ofItem[a] ?? NO_FEATURES) {
      if (others.has(feature)) sum += (idf[feature] ?? 0) ** 2
    }
    return Math.min(1, sum / norms)
  }

  /** Calls back with at most `limit` items that share a telling feature with the profile; one may come several times. */
  eachSharing(limit: number, visit: (item: number) => void): void {
    const most = Math.max(COMMON_COUNT, COMMON_SHARE * this.#count)
    const weights = this.#weights
    const strongest = this.#weighted
      .sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b)
      .slice(0, LOOKED_FOR)
    let left = limit
    for (const feature of strongest) {
      const own = this.#itemsOf[feature]
      if (own === undefined || own.size > most) continue
      for (const item of own) {
        if (left-- <= 0) return
        visit(item)
      }
    }
  }

  #idfs(): Float64Array {
    if (this.#idf !== undefined) return this.#idf
    this.#idf = Float64Array.from({ length: this.#features.count }, (_, feature) =>
      Math.log((1 + this.#count) / (1 + (this.#itemsOf[feature]?.size ?? 0))),
    )
    this.#norms = new Float64Array(this.#ofItem.length)
    return this.#idf
  }

  #norm(item: number): number {
    const idf = this.#idfs()
    const known = this.#norms[item] ?? 0
    if (known > 0) return known
    let sum = 0
    for (const feature of this.#ofItem[item] ?? NO_FEATURES) sum += (idf[feature] ?? 0) ** 2
    const norm = Math.sqrt(sum)
    this.#norms[item] = norm
    return norm
  }
}

const isSame = (a: Int32Array, b: Int32Array): boolean =>
  a.length === b.length && a.every((feature, place) => feature === b[place])

/** Distinct names: `category=Home`, `category=Home/Mugs`, `brand=Bodum`, `colour=blue`, `word=mug`. */
function featuresOf({ category, brand, attributes, product_name: name }: Product): Set<string> {
  const levels = category.split('/')
  return new Set([
    ...levels.map((_, depth) => `category=${levels.slice(0, depth + 1).join('/')}`),
    ...(brand === undefined ? [] : [`brand=${brand}`]),
    ...Object.entries(attributes ?? {}).map(([attribute, value]) => `attribute.${attribute}=${value}`),
    ...words(name).map((word) => `word=${word}`),
  ])
}
