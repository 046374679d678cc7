import { weightedMiddle } from '../../core/weighted-middle.ts'
import { productPriceHistogram } from '../views/product-price-histogram.ts'
import type { Figures } from './window-figures.ts'
import { measureOf } from './window-figures.ts'

const linesOf = measureOf(productPriceHistogram, 'lines')
const centsOf = measureOf(productPriceHistogram, 'price_cents')

/**
 * The usual price of what a histogram of prices counts: the mean price, rounded, inside the bucket that holds the
 * middle line when all are sorted by price (of an even number the cheaper of the two in the middle). Exact where
 * each bucket holds one price, else off by less than a tenth.
 *
 * @param rows tiles or window rows of `product_price_histogram` of one product, or of `shopper_price` of one shopper;
 *   several rows of one bucket add up
 * @returns minor units; null where nothing was bought
 */
export function usualPriceCents(rows: Iterable<Figures>): number | null {
  const buckets = [...rows].map((row) => ({
    from: Number(row.key[1]),
    count: linesOf(row),
    sum: centsOf(row),
  }))
  return weightedMiddle(buckets)
}
