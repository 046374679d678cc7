import type { RecallRule } from '../metrics/ranking-metrics.ts'
import { type UserMetrics, userMetrics } from '../metrics/user-metrics.ts'
import type { FittedRecommender } from '../recommender.ts'
import { historyOf } from '../sequences.ts'
import { topItems } from '../top-items.ts'
import type { Slice } from './slices.ts'
import type { Split } from './split.ts'

/** What a model put in front of each user, and what was right. */
export type Answers = {
  readonly itemCount: number
  readonly rule: RecallRule
  readonly targets: readonly ReadonlySet<number>[]
  /** Of each user the first items, best first. */
  readonly lists: readonly Int32Array[]
}

/** Ranks the whole catalogue for each user, no sampled negatives, and keeps the first `length` items. */
export function answersOf(model: FittedRecommender, split: Split, length: number): Answers {
  const { targets, queries, recallRule: rule, masksSeen } = split
  const scores = new Float64Array(queries.itemCount)
  const lists = targets.map((_, user) => {
    const history = historyOf(queries, user)
    model.score(history, scores)
    if (masksSeen) for (const item of history.items) scores[item] = Number.NEGATIVE_INFINITY
    return topItems(scores, length)
  })
  return { itemCount: queries.itemCount, rule, targets, lists }
}

/** The answers to the questions of a slice. */
export const answersIn = (answers: Answers, { users, targets }: Slice): Answers => ({
  ...answers,
  targets,
  lists: users.map((user) => answers.lists[user] ?? new Int32Array()),
})

/** Answers to several sets of questions about one catalogue, as one. */
export function pooled([first, ...rest]: readonly [Answers, ...Answers[]]): Answers {
  const all = [first, ...rest]
  return {
    ...first,
    targets: all.flatMap(({ targets }) => targets),
    lists: all.flatMap(({ lists }) => lists),
  }
}

/** Metrics of each user at list length `k`. */
export const metricsAt = (k: number, { rule, targets, lists }: Answers): UserMetrics =>
  userMetrics({ k, rule, targets, listOf: (user) => lists[user] ?? [] })

/** Share of the catalogue that is in anybody's first `k`. */
export function coverageAt(k: number, { itemCount, lists }: Answers): number {
  const shown = new Set<number>()
  for (const list of lists) for (const item of list.subarray(0, k)) shown.add(item)
  return itemCount === 0 ? 0 : shown.size / itemCount
}
