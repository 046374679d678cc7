import type { Horizon } from '../algebra/source.ts'
import type { Stream } from '../algebra/stream.ts'
import type { PairPlan, ViewPlan } from './plan.ts'

/** All definitions of a shop, planned. */
export type Compiled = {
  readonly horizon: Horizon
  readonly streams: readonly Stream[]
  readonly views: readonly ViewPlan[]
  /** Not on Flink. */
  readonly batchViews: readonly ViewPlan[]
  readonly pairs: readonly PairPlan[]
}

export type SqlFile = { readonly name: string; readonly sql: string }
