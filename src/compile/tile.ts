/** One of a shopper's latest: the word (a sku) and the instant of its row, epoch ms. */
export type LatestEntry = { readonly word: string; readonly at: number }

/**
 * What a tile holds for one measure: an integer for count and sum, an integer or null for min and max, the
 * entries newest first for latest.
 */
export type TileValue = number | null | readonly LatestEntry[]

/** One key in one tile of event time. `values` are in the order of the view's measures. */
export type TileRow = {
  readonly key: readonly string[]
  /** Epoch ms; a multiple of the view's tile. */
  readonly tileStart: number
  readonly values: readonly TileValue[]
}

/** One key in a window: what its tiles give together. `values` are in the order of the view's measures. */
export type WindowRow = { readonly key: readonly string[]; readonly values: readonly TileValue[] }
