import type { ItemSource } from './source.ts'

/** What is looked through for what rises, and the purchases that a week of chance may give. */
const POOL = 500
const PRIOR = 5

/** What is bought more this week than in the last 90 days, by the ratio of the two. */
export const rising: ItemSource = {
  name: 'rising',
  driver: 'popularity',
  propose: ({ figures }, limit) => {
    const ratio = (item: number): number => {
      const { purchases7d, purchases90d } = figures.of(item)
      return (purchases7d + PRIOR) / ((purchases90d * 7) / 90 + PRIOR)
    }
    if (figures.asOfDay === null) return new Int32Array()
    return figures
      .mostBought(7, POOL)
      .toSorted((a, b) => ratio(b) - ratio(a) || a - b)
      .subarray(0, limit)
  },
}
