/** Everything that the basket model can be set to, with its default and meaning. @source ALGORITHMS, section 2 */
export const BASKET_SETTINGS = Object.freeze({
  /** A basket `age` baskets before the last counts exp(-age / decay). */
  decay: 4,
  /** Last baskets of a shopper that count. */
  baskets: 10,
  /** Larger baskets count as ones of this size. */
  maxSize: 100,
  /** Added to the diagonal: the more, the smaller the weights and the steadier the solve. */
  ridge: 80,
  /** Items that may stand in a target's column of B; all of them where the catalogue is no larger than `dense`. */
  neighbours: 200,
  /** Catalogues up to this size are solved without leaving an item out. */
  dense: 1000,
  /** What having bought an item three times or more adds to its score. */
  repeatWeight: 0.12,
  /** What being in every basket of the training would add to a score. */
  popularityWeight: 0.1,
})

export type BasketSettings = { readonly [Name in keyof typeof BASKET_SETTINGS]: number }

/** Weights of entries are whole thousandths, so that their sums are exact. */
export const WEIGHT_SCALE = 1e-3

/**
 * Weight of an item of a basket by the basket's age and size, in thousandths: `round(1000 exp(-age / decay) /
 * sqrt(size))`; a table of `baskets` rows of `maxSize + 1`, size 0 unused.
 */
export function basketWeights({ decay, baskets, maxSize }: BasketSettings): Int32Array {
  const weights = new Int32Array(baskets * (maxSize + 1))
  for (let age = 0; age < baskets; age += 1) {
    for (let size = 1; size <= maxSize; size += 1) {
      weights[age * (maxSize + 1) + size] = Math.round((1000 * Math.exp(-age / decay)) / Math.sqrt(size))
    }
  }
  return weights
}
