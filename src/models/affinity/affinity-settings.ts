/** Everything that affinity can be set to, with its default and meaning. @source ALGORITHMS, section 1 */
export const AFFINITY_SETTINGS = Object.freeze({
  /** Weight of G, how many shoppers have both, against P and K at scale 1. */
  togetherWeight: 0.5,
  /** Weight of the cosine of idf-weighted attributes. */
  attributeWeight: 1.5,
  /** Weight of the cosine of TF-IDF titles. */
  titleWeight: 7,
  /** Weight of the cosine of vectors (pictures, or embeddings that the shop gives). */
  vectorWeight: 1.5,
  /** Added to the diagonal: the more, the smaller the weights and the steadier the solve. */
  ridge: 150,
  /** Items that may stand in a target's column of B: those with the largest R. */
  neighbours: 100,
  /** Most similar items that each item keeps, by attributes and by title. */
  contentNeighbours: 100,
  /** Vectors are compared within categories of at most so many items. */
  vectorBlock: 4000,
  /** Last events of a shopper that are scored with. */
  historyLimit: 50,
  /** An event `age` events before the last counts exp(-age / historyDecay). */
  historyDecay: 2.5,
})

export type AffinitySettings = { readonly [Name in keyof typeof AFFINITY_SETTINGS]: number }

/** P and K are sums of products of two weights in thousandths. */
export const PAIR_SCALE = 1e-6
