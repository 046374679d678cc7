import { dayOfYear, type Leaf, seasonTimes } from './category-tree.ts'
import type { ShopProduct } from './shop-products.ts'

/** Products of one category, with running sums of popularity to draw from. */
export type Aisle = {
  readonly leaf: Leaf
  readonly products: readonly ShopProduct[]
  /** `cumulative[i]` = sum of the popularities of `products[0..i]`. */
  readonly cumulative: Float64Array
}

export function aislesOf(leaves: readonly Leaf[], products: readonly ShopProduct[]): readonly Aisle[] {
  const byPrefix = Map.groupBy(products, ({ leaf }) => leaf.prefix)
  return leaves.flatMap((leaf) => {
    const own = byPrefix.get(leaf.prefix) ?? []
    return own.length === 0
      ? []
      : [{ leaf, products: own, cumulative: runningSums(own.map((p) => p.popularity)) }]
  })
}

/** What is looked for on one day: by season of categories and of products, and without what is not there yet. */
export class AislesOfDay {
  /** How many times the usual each aisle is wanted. */
  readonly times: Float64Array
  readonly #cumulative: readonly Float64Array[]

  /** @param day its first instant, epoch ms */
  constructor(aisles: readonly Aisle[], day: number) {
    const ofYear = dayOfYear(day)
    this.times = Float64Array.from(aisles, ({ leaf }) => seasonTimes(leaf.season, ofYear))
    this.#cumulative = aisles.map((aisle) => {
      const isSteady = aisle.products.every((p) => p.season === undefined && p.launchedAt <= day)
      return isSteady ? aisle.cumulative : runningSums(aisle.products.map((p) => wantedOn(p, day, ofYear)))
    })
  }

  /** Running sums to draw a product of the aisle from; ends with 0 if there is none yet. */
  cumulative(place: number): Float64Array {
    return this.#cumulative[place] ?? new Float64Array(0)
  }
}

/** A product can be drawn from the day after its launch on. */
const wantedOn = ({ popularity, season, launchedAt }: ShopProduct, day: number, ofYear: number): number =>
  launchedAt > day ? 0 : popularity * seasonTimes(season, ofYear)

export function runningSums(weights: readonly number[]): Float64Array {
  let sum = 0
  return Float64Array.from(weights, (weight) => {
    sum += weight
    return sum
  })
}

/** Place in `cumulative` of a draw in proportion to the weights that it sums up; -1 if they sum up to nothing. @param draw in [0, 1) */
export function weightedPlace(cumulative: Float64Array, draw: number): number {
  const total = cumulative[cumulative.length - 1] ?? 0
  if (total <= 0) return -1
  const target = draw * total
  let [low, high] = [0, cumulative.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cumulative[middle] ?? 0) > target) high = middle
    else low = middle + 1
  }
  return low
}
