import { hitAt, ndcgAt, type RecallRule, recallAt } from './ranking-metrics.ts'

/** Means over users, in [0, 1]; `coverage` is the share of the catalogue that is in any list's first `k`. */
export type Metrics = {
  readonly recall: number
  readonly ndcg: number
  readonly hit: number
  readonly coverage: number
}

/** Adds up the metrics of one model, user by user, at several list lengths. */
export class MetricMeans {
  private readonly sums: ReadonlyMap<
    number,
    { recall: number; ndcg: number; hit: number; shown: Set<number> }
  >
  private readonly itemCount: number
  private readonly rule: RecallRule
  private users = 0

  constructor(options: {
    readonly cutoffs: readonly number[]
    readonly itemCount: number
    readonly rule: RecallRule
  }) {
    this.itemCount = options.itemCount
    this.rule = options.rule
    this.sums = new Map(options.cutoffs.map((k) => [k, { recall: 0, ndcg: 0, hit: 0, shown: new Set() }]))
  }

  /** One user's ranked list, best first, at least as long as the longest cut-off where the catalogue allows. */
  add(ranked: ArrayLike<number>, targets: ReadonlySet<number>): void {
    this.users += 1
    for (const [k, sum] of this.sums) {
      sum.recall += recallAt(k, ranked, targets, this.rule)
      sum.ndcg += ndcgAt(k, ranked, targets)
      sum.hit += hitAt(k, ranked, targets)
      for (let place = 0; place < Math.min(k, ranked.length); place += 1) sum.shown.add(ranked[place] ?? -1)
    }
  }

  get userCount(): number {
    return this.users
  }

  /** @throws Error for a cut-off that was not asked for. */
  at(k: number): Metrics {
    const sum = this.sums.get(k)
    if (sum === undefined) throw new Error(`bug: no sums at ${k}`)
    const users = Math.max(1, this.users)
    return {
      recall: sum.recall / users,
      ndcg: sum.ndcg / users,
      hit: sum.hit / users,
      coverage: this.itemCount === 0 ? 0 : sum.shown.size / this.itemCount,
    }
  }
}
