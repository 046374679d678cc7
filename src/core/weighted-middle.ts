/** A bucket of a histogram: its least value, how many it holds, and the sum of their values. */
export type Bucket = { readonly from: number; readonly count: number; readonly sum: number }

/**
 * The middle of what a histogram counts: the mean, rounded, of the bucket that holds the middle one when all are sorted
 * (of an even number the lower of the two in the middle). Exact where each bucket holds one value.
 *
 * @param buckets in any order; several of one `from` add up
 * @returns null where nothing is counted
 */
export function weightedMiddle(buckets: Iterable<Bucket>): number | null {
  const byFrom = new Map<number, { count: number; sum: number }>()
  let total = 0
  for (const { from, count, sum } of buckets) {
    const before = byFrom.get(from) ?? { count: 0, sum: 0 }
    byFrom.set(from, { count: before.count + count, sum: before.sum + sum })
    total += count
  }
  let below = 0
  for (const [, { count, sum }] of [...byFrom].toSorted(([a], [b]) => a - b)) {
    below += count
    if (count > 0 && 2 * below >= total) return Math.round(sum / count)
  }
  return null
}
