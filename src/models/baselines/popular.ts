import type { FittedRecommender, Recommender, Training } from '../recommender.ts'

/** Days before the as-of whose events count. */
export const POPULAR_DAYS = 30

/** What everybody buys: events of the last 30 days; all events where no time is known, or none is that late. */
export const popular: Recommender = {
  name: 'popular',
  fit: async (training) => fromPopularity(popularity(training)),
}

/** Events per item in the last `POPULAR_DAYS` before the as-of. */
export function popularity(training: Training): Float64Array {
  const { items, itemCount } = training.sequences
  const isCounted = popularityWindow(training)
  const counts = new Float64Array(itemCount)
  for (let entry = 0; entry < items.length; entry += 1) {
    const item = items[entry] ?? 0
    if (isCounted(entry)) counts[item] = (counts[item] ?? 0) + 1
  }
  return counts
}

/** Which entries count: the last `POPULAR_DAYS` days; all where no time is known or none is that late. */
export function popularityWindow({ sequences, asOfDay }: Training): (entry: number) => boolean {
  const { days } = sequences
  if (days === null || asOfDay === null) return () => true
  const from = asOfDay - POPULAR_DAYS
  return days.some((day) => day >= from) ? (entry) => (days[entry] ?? 0) >= from : () => true
}

function fromPopularity(counts: Float64Array): FittedRecommender {
  return {
    score: (_history, scores) => scores.set(counts),
    explain: (_history, item) => ({ base: counts[item] ?? 0, contributions: [] }),
  }
}
