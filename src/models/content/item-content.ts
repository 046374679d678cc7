/** What is known of each item from its text alone, by item number. */
export type ItemContent = {
  readonly titles: readonly string[]
  /** Distinct attribute numbers of each item: category path, brand, attributes, in one number space from 0. */
  readonly attributes: readonly (readonly number[])[]
  /** Category path, `Home/Kitchen/Mugs`; absent where the data has none, null for an item without. */
  readonly categories?: readonly (string | null)[]
  /** Absent where the data has none, null for an item without. */
  readonly brands?: readonly (string | null)[]
  /**
   * What it looks like, or what the shop says it is like: vectors of one length, of Euclidean length 1; absent where the
   * data has none, null for an item without.
   */
  readonly vectors?: readonly (Float32Array | null)[]
  /**
   * List price in minor units, only where the shop's catalogue says it without looking at sales; absent else:
   * a price paid later than the instant asked about would tell of the future.
   */
  readonly listPriceCents?: Int32Array
}
