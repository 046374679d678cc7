/**
 * What is known of one item as of an instant, wherever it comes from: tiles when serving, arrays when
 * evaluating. Counts are of order lines before the as-of; `NaN` is "not known", never 0.
 */
export type ItemFigures = {
  purchases7d: number
  purchases30d: number
  purchases90d: number
  /** Lines of the 30 days before the last 30. */
  purchasesBefore30d: number
  /** All lines. */
  purchases: number
  /** Shoppers who ever bought it, and those of them who bought it again. */
  buyers: number
  repeatBuyers: number
  /** Mean days between two purchases of one shopper. */
  meanGapDays: number
  daysSinceFirst: number
  daysSinceLast: number
  unitsPerLine: number
  /** Views of the last 30 days; purchases divided by them is the conversion. */
  views30d: number
  /** Unit price before discount, as last known. */
  priceCents: number
  /** What it usually costs: mean over the last 90 days. */
  usualPriceCents: number
  /** Taken off now, as a share of the price, in [0, 1]: what the last 14 days gave, or the offer that runs. */
  discountRatio: number
  /** Units in stock. */
  inventory: number
  /** Sales at this time of the year over those of any time: 1 is no season. */
  seasonIndex: number
}

/** Nothing is known yet. */
export const UNKNOWN_ITEM: Readonly<ItemFigures> = Object.freeze({
  purchases7d: Number.NaN,
  purchases30d: Number.NaN,
  purchases90d: Number.NaN,
  purchasesBefore30d: Number.NaN,
  purchases: 0,
  buyers: 0,
  repeatBuyers: 0,
  meanGapDays: Number.NaN,
  daysSinceFirst: Number.NaN,
  daysSinceLast: Number.NaN,
  unitsPerLine: Number.NaN,
  views30d: Number.NaN,
  priceCents: Number.NaN,
  usualPriceCents: Number.NaN,
  discountRatio: Number.NaN,
  inventory: Number.NaN,
  seasonIndex: Number.NaN,
})
