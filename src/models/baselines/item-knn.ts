import { affinityModel } from '../affinity/affinity-model.ts'
import { cosineNeighbours } from '../linalg/cosine-neighbours.ts'
import { fromEntries, type SparseRows } from '../linalg/sparse-rows.ts'
import type { Recommender } from '../recommender.ts'
import { historyOf, type Sequences, shopperCount } from '../sequences.ts'

/** Most similar items that each item keeps. */
const NEIGHBOURS = 200
/**
 * Shoppers that every item is taken to have beside its own: two items of one shopper each are not the closest of all.
 * Of 0, 5, 10 and 20 the best on the validation events of Amazon Beauty.
 */
const SHRINKAGE = 20

/**
 * Items that the same shoppers have: scored as affinity is, with the same decay by age, but with shrunk
 * cosines of shoppers, `both / sqrt((a + 20)(b + 20))`, in place of solved weights. What affinity gains over it comes from the order and the solve.
 */
export const itemKnn: Recommender = {
  name: 'item-knn',
  fit: async ({ sequences }) => {
    const { starts, columns, values } = cosineNeighbours(shoppersByItem(sequences), NEIGHBOURS, SHRINKAGE)
    const { itemCount } = sequences
    return affinityModel({ itemCount, starts, targets: columns, weights: Float32Array.from(values) })
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
