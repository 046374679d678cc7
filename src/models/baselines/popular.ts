import type { FittedRecommender, Recommender, Training } from '../recommender.ts'

/** Days before the as-of whose events count. */
export const POPULAR_DAYS = 30

/** What everybody buys: events of the last 30 days; all events where no time is known, or none is that late. */
export const popular: Recommender = {
  name: 'popular',
  fit: async (training) => fromPopularity(popularity(training)),
}

/** Events per item in the last `POPULAR_DAYS` before the as-of. */
export function popularity({ sequences, asOfDay }: Training): Float64Array {
  const { items, days, itemCount } = sequences
  const recent = new Float64Array(itemCount)
  const all = new Float64Array(itemCount)
  let recentEvents = 0
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index] ?? 0
    all[item] = (all[item] ?? 0) + 1
    if (days === null || asOfDay === null || (days[index] ?? 0) < asOfDay - POPULAR_DAYS) continue
    recent[item] = (recent[item] ?? 0) + 1
    recentEvents += 1
  }
  return recentEvents > 0 ? recent : all
}

function fromPopularity(counts: Float64Array): FittedRecommender {
  return {
    score: (_history, scores) => scores.set(counts),
    explain: (_history, item) => ({ base: counts[item] ?? 0, contributions: [] }),
  }
}
