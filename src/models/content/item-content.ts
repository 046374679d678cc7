/** What is known of each item from its text alone, by item number. */
export type ItemContent = {
  readonly titles: readonly string[]
  /** Distinct attribute numbers of each item: category path, brand, attributes, in one number space from 0. */
  readonly attributes: readonly (readonly number[])[]
}
