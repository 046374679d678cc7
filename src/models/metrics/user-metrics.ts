import { hitAt, ndcgAt, type RecallRule, recallAt } from './ranking-metrics.ts'

/** Metrics of each user by list length `k`, in [0, 1], in the order of the users. */
export type UserMetrics = {
  readonly recall: Float64Array
  readonly ndcg: Float64Array
  readonly hit: Float64Array
}

export type UserMetricsInput = {
  readonly k: number
  readonly rule: RecallRule
  readonly targets: readonly ReadonlySet<number>[]
  readonly listOf: (user: number) => ArrayLike<number>
}

export function userMetrics({ k, rule, targets, listOf }: UserMetricsInput): UserMetrics {
  const of = (metric: (list: ArrayLike<number>, own: ReadonlySet<number>) => number): Float64Array =>
    Float64Array.from(targets, (own, user) => metric(listOf(user), own))
  return {
    recall: of((list, own) => recallAt(k, list, own, rule)),
    ndcg: of((list, own) => ndcgAt(k, list, own)),
    hit: of((list, own) => hitAt(k, list, own)),
  }
}

/** 0 for no users. */
export const meanOf = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
