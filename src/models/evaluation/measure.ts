import { MetricMeans } from '../metrics/metric-means.ts'
import type { FittedRecommender } from '../recommender.ts'
import { historyOf } from '../sequences.ts'
import { topItems } from '../top-items.ts'
import type { Split } from './split.ts'

/**
 * Ranks the whole catalogue for each user of the split, no sampled negatives, and averages the metrics.
 * @param every of so many users one is asked about
 */
export function measure(
  model: FittedRecommender,
  split: Split,
  cutoffs: readonly number[],
  every = 1,
): MetricMeans {
  const { itemCount } = split.queries
  const means = new MetricMeans({ cutoffs, itemCount, rule: split.recallRule })
  const scores = new Float64Array(itemCount)
  const longest = Math.max(...cutoffs)
  for (const [user, targets] of split.targets.entries()) {
    if (user % every !== 0) continue
    const history = historyOf(split.queries, user)
    model.score(history, scores)
    if (split.masksSeen) for (const item of history.items) scores[item] = Number.NEGATIVE_INFINITY
    means.add(topItems(scores, longest), targets)
  }
  return means
}
