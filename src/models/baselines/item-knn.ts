import { affinityModel } from '../affinity/affinity-model.ts'
import { cosineNeighbours } from '../linalg/cosine-neighbours.ts'
import { fromEntries, type SparseRows } from '../linalg/sparse-rows.ts'
import type { Recommender } from '../recommender.ts'
import { historyOf, type Sequences, shopperCount } from '../sequences.ts'

/** Most similar items that each item keeps. */
const NEIGHBOURS = 200

/**
 * Items that the same shoppers have: scored as affinity is, with the same decay by age, but with plain cosines
 * of shoppers in place of solved weights. What affinity gains over it comes from the order and the solve.
 */
export const itemKnn: Recommender = {
  name: 'item-knn',
  fit: async ({ sequences }) => {
    const { starts, columns, values } = cosineNeighbours(shoppersByItem(sequences), NEIGHBOURS)
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
