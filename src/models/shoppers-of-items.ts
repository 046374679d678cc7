import { historyOf, type Sequences, shopperCount } from './sequences.ts'

/** Of each item the shoppers who have it, each counted once. */
export function shoppersOfItems(sequences: Sequences): Int32Array {
  const counts = new Int32Array(sequences.itemCount)
  for (let shopper = 0; shopper < shopperCount(sequences); shopper += 1) {
    for (const item of new Set(historyOf(sequences, shopper).items)) counts[item] = (counts[item] ?? 0) + 1
  }
  return counts
}
