import type { Product } from '../../catalog/events/products.ts'
import { Labels } from '../candidates/labels.ts'
import { words } from './title-features.ts'

/** Features that more than this share of all items have, or more than this many, find nothing. */
const COMMON_SHARE = 0.01
const COMMON_COUNT = 1000

/** What a product is like: features with weights of unit length in all. */
export type ContentVector = ReadonlyMap<number, number>

/**
 * Category path, brand, attributes and words of the name of each item, and which items have each: kept up to date
 * item by item, so a product can be found by what it is like as soon as it is known.
 */
export class ContentIndex {
  readonly #features = new Labels()
  readonly #ofItem: Int32Array[] = []
  readonly #itemsOf: Set<number>[] = []
  #count = 0

  /** Takes the product's features in place of those that the item had. */
  put(item: number, product: Product): void {
    const before = this.#ofItem[item]
    if (before === undefined) this.#count += 1
    else for (const feature of before) this.#itemsOf[feature]?.delete(item)
    const features = Int32Array.from(featuresOf(product), (name) => this.#features.intern(name))
    this.#ofItem[item] = features
    for (const feature of features) {
      const own = this.#itemsOf[feature]
      if (own === undefined) this.#itemsOf[feature] = new Set([item])
      else own.add(item)
    }
  }

  /** Weighted sum of the features of some items, of unit length; empty if they have none that tells. */
  profile(liked: Iterable<readonly [item: number, weight: number]>): ContentVector {
    const profile = new Map<number, number>()
    for (const [item, weight] of liked) {
      const norm = this.#norm(item)
      if (norm === 0) continue
      for (const feature of this.#ofItem[item] ?? []) {
        profile.set(feature, (profile.get(feature) ?? 0) + (weight * this.#idf(feature)) / norm)
      }
    }
    const length = Math.sqrt([...profile.values()].reduce((sum, value) => sum + value * value, 0))
    if (length > 0) for (const [feature, value] of profile) profile.set(feature, value / length)
    return profile
  }

  /** Cosine in [0, 1] of an item with a profile. */
  likeness(profile: ContentVector, item: number): number {
    const norm = this.#norm(item)
    if (norm === 0) return 0
    let sum = 0
    for (const feature of this.#ofItem[item] ?? []) {
      sum += (profile.get(feature) ?? 0) * this.#idf(feature)
    }
    return Math.min(1, sum / norm)
  }

  /** Calls back with items that share a telling feature with the profile; an item may come several times. */
  eachSharing(profile: ContentVector, limit: number, visit: (item: number) => void): void {
    const most = Math.max(COMMON_COUNT, COMMON_SHARE * this.#count)
    const strongest = [...profile].sort(([a, x], [b, y]) => y - x || a - b)
    let left = limit
    for (const [feature] of strongest) {
      const own = this.#itemsOf[feature]
      if (own === undefined || own.size > most) continue
      for (const item of own) {
        visit(item)
        left -= 1
        if (left <= 0) return
      }
    }
  }

  /** ln((1 + items) / (1 + items that have it)): what everything has counts nothing. */
  #idf(feature: number): number {
    return Math.log((1 + this.#count) / (1 + (this.#itemsOf[feature]?.size ?? 0)))
  }

  #norm(item: number): number {
    let sum = 0
    for (const feature of this.#ofItem[item] ?? []) sum += this.#idf(feature) ** 2
    return Math.sqrt(sum)
  }
}

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
