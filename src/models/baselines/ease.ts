import { EndcapError } from '../../core/errors.ts'
import { distinctItems } from '../affinity/pair-sums.ts'
import { invertSymmetricInPlace } from '../linalg/inverse.ts'
import type { FittedRecommender, Recommender } from '../recommender.ts'
import { historyOf, type Sequences, type ShopperHistory, shopperCount } from '../sequences.ts'

/** The solve is dense, 8 bytes a pair of items and half their cube in multiplications: 128 MB and a minute here. */
export const EASE_MAX_ITEMS = 4000
/** Added to the diagonal. The paper's middle setting; not tuned here. */
const RIDGE = 500

/**
 * EASE: the item-item weights that rebuild each shopper's set of items best, the diagonal held at 0, in closed form:
 * with P = (X'X + 500 I)^-1, B[i, j] = -P[i, j] / P[j, j]. Knows no order and no times.
 *
 * @throws EndcapError USAGE (in `fit`) for a catalogue of more than `EASE_MAX_ITEMS`
 * @source H. Steck, Embarrassingly Shallow Autoencoders for Sparse Data, 2019
 */
export const ease: Recommender = {
  name: 'ease',
  fit: async ({ sequences }) => {
    const { itemCount } = sequences
    if (itemCount > EASE_MAX_ITEMS) {
      throw new EndcapError(
        'USAGE',
        `ease solves a dense matrix of up to ${EASE_MAX_ITEMS} items, and this data has ${itemCount}; ` +
          'take item-knn or affinity, which are sparse',
      )
    }
    const inverse = togetherCounts(sequences)
    for (let item = 0; item < itemCount; item += 1) {
      inverse[item * itemCount + item] = (inverse[item * itemCount + item] ?? 0) + RIDGE
    }
    invertSymmetricInPlace(inverse, itemCount)
    return easeModel(inverse, itemCount)
  },
}

/** The lower triangle of X'X: how many shoppers have both. */
function togetherCounts(sequences: Sequences): Float64Array {
  const { itemCount } = sequences
  const counts = new Float64Array(itemCount * itemCount)
  const distinct = distinctItems(sequences)
  for (let shopper = 0; shopper < shopperCount(distinct); shopper += 1) {
    const { items } = historyOf(distinct, shopper)
    for (const row of items) {
      for (const column of items) {
        if (column <= row) counts[row * itemCount + column] = (counts[row * itemCount + column] ?? 0) + 1
      }
    }
  }
  return counts
}

function easeModel(inverse: Float64Array, itemCount: number): FittedRecommender {
  const diagonal = Float64Array.from(
    { length: itemCount },
    (_, item) => inverse[item * itemCount + item] ?? 1,
  )
  const weight = (from: number, to: number): number =>
    from === to
      ? 0
      : -(inverse[from > to ? from * itemCount + to : to * itemCount + from] ?? 0) / (diagonal[to] ?? 1)
  return {
    score: (history, scores) => {
      scores.fill(0)
      for (const position of firstPositions(history)) {
        const from = history.items[position] ?? 0
        for (let to = 0; to < itemCount; to += 1) scores[to] = (scores[to] ?? 0) + weight(from, to)
      }
    },
    explain: (history, item) => ({
      base: 0,
      contributions: firstPositions(history)
        .map((position) => ({ position, item: history.items[position] ?? 0 }))
        .map((event) => ({ ...event, value: weight(event.item, item) }))
        .filter(({ value }) => value !== 0),
    }),
  }
}

/** Where each item of a history comes first, ascending. */
function firstPositions({ items }: ShopperHistory): number[] {
  const seen = new Set<number>()
  return Array.from(items.keys()).filter((position) => {
    const item = items[position] ?? 0
    return seen.has(item) ? false : seen.add(item)
  })
}
