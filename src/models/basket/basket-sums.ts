import { crossProduct } from '../linalg/cross-product.ts'
import { RowBuilder, type SparseRows } from '../linalg/sparse-rows.ts'
import { historyOf, type Sequences, shopperCount } from '../sequences.ts'
import { type BasketSettings, basketWeights } from './basket-settings.ts'
import { basketStarts } from './baskets.ts'

/** The exact integer sums that the basket ridge is solved from, over all prefixes of all shoppers' baskets. */
export type BasketSums = {
  /** Q'Q, millionths: items x items, symmetric. */
  readonly past: SparseRows
  /** Y'Q, thousandths: row j, column i is how much i was had before baskets that hold j. */
  readonly next: SparseRows
}

/** Q has a row for each basket but a shopper's first: what the baskets before it hold; Y what it holds itself. */
export function basketSums(sequences: Sequences, settings: BasketSettings): BasketSums {
  const { itemCount } = sequences
  const weights = basketWeights(settings)
  const past = new RowBuilder(itemCount)
  const next = new RowBuilder(itemCount)
  for (let shopper = 0; shopper < shopperCount(sequences); shopper += 1) {
    const history = historyOf(sequences, shopper)
    const starts = basketStarts(history)
    for (let basket = 1; basket + 1 < starts.length; basket += 1) {
      addPast(past, { items: history.items, starts, basket }, weights, settings)
      past.endRow()
      for (const item of new Set(history.items.subarray(starts[basket], starts[basket + 1])))
        next.add(item, 1)
      next.endRow()
    }
  }
  const q = past.toRows(itemCount)
  return { past: crossProduct(q, q), next: crossProduct(next.toRows(itemCount), q) }
}

type Prefix = { readonly items: Int32Array; readonly starts: Int32Array; readonly basket: number }

/** The row of Q before `basket`: each item of the last baskets with the weight of its basket. */
function addPast(
  builder: RowBuilder,
  { items, starts, basket }: Prefix,
  weights: Int32Array,
  { baskets, maxSize }: BasketSettings,
): void {
  for (let age = 0; age < Math.min(baskets, basket); age += 1) {
    const [from, to] = [starts[basket - 1 - age] ?? 0, starts[basket - age] ?? 0]
    const weight = weights[age * (maxSize + 1) + Math.min(to - from, maxSize)] ?? 0
    for (let entry = from; entry < to; entry += 1) builder.add(items[entry] ?? 0, weight)
  }
}
