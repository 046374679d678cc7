import { affinityModel } from '../affinity/affinity-model.ts'
import { cosineNeighbours } from '../linalg/cosine-neighbours.ts'
import { fromEntries, type SparseRows } from '../linalg/sparse-rows.ts'
import type { Recommender } from '../recommender.ts'
import { historyOf, type Sequences, shopperCount } from '../sequences.ts'

/** Most similar items that each item keeps. */
const NEIGHBOURS = 200
/**
 * Shoppers that every item is taken to have beside its own: two items of one shopper each are not the closest of all.
 * Of 0, 5, 10, 20, 40 and 80 the best on the validation events of Amazon Beauty, like `OWN_SIDE`.
 */
const SHRINKAGE = 20
/** What a shopper has says less the more others have it too: its side of the cosine counts .6, the other .4. */
const OWN_SIDE = 0.6

/**
 * Items that the same shoppers have: scored as affinity is, with the same decay by age, but with shrunk cosines of
 * shoppers, `both / ((a + 20)^.6 (b + 20)^.4)`, in place of solved weights. What affinity gains over it comes from
 * the order, the content and the solve.
 */
export const itemKnn: Recommender = {
  name: 'item-knn',
  fit: async ({ sequences }) => {
    const items = shoppersByItem(sequences)
    const { starts, columns, values } = cosineNeighbours(items, NEIGHBOURS, SHRINKAGE)
    const tilt = Float64Array.from({ length: items.rowCount }, (_, item) => {
      const shoppers = (items.starts[item + 1] ?? 0) - (items.starts[item] ?? 0)
      return (shoppers + SHRINKAGE) ** (OWN_SIDE - 0.5)
    })
    const weights = Float32Array.from(values)
    for (let item = 0; item < items.rowCount; item += 1) {
      for (let at = starts[item] ?? 0; at < (starts[item + 1] ?? 0); at += 1) {
        weights[at] = ((values[at] ?? 0) * (tilt[columns[at] ?? 0] ?? 1)) / (tilt[item] ?? 1)
      }
    }
    return affinityModel({ itemCount: sequences.itemCount, starts, targets: columns, weights })
  },
}

/** Items x shoppers, 1 where the shopper has the item. */
function shoppersByItem(sequences: Sequences): SparseRows {
  const rows: number[] = []
  const columns: number[] = []
  for (let shopper = 0; shopper < shopperCount(sequences); shopper += 1) {
    for (const item of new Set(historyOf(sequences, shopper).items)) {
      rows.push(item)
      columns.push(shopper)
    }
  }
  return fromEntries(
    { rowCount: sequences.itemCount, columnCount: shopperCount(sequences) },
    {
      rows: Int32Array.from(rows),
      columns: Int32Array.from(columns),
      values: new Float64Array(rows.length).fill(1),
    },
  )
}
