import type { Horizon, Source } from '../algebra/source.ts'
import type { Stream } from '../algebra/stream.ts'
import type { PairPlan, ViewPlan } from './plan.ts'

/** All definitions of a shop, planned. The views and pair statistics read streams of `streams`. */
export type Definitions = {
  readonly horizon: Horizon
  readonly streams: readonly Stream[]
  readonly views: readonly ViewPlan[]
  /** Views with a join, which only engines that see the whole history compute. */
  readonly batchViews: readonly ViewPlan[]
  readonly pairs: readonly PairPlan[]
}

/** The streams, then those of versions that batch views join; each once. */
export function streamsOf({ streams, batchViews }: Definitions): readonly Stream[] {
  const joined = batchViews.flatMap(({ view: { join } }) => (join === undefined ? [] : [join.versions]))
  return [...new Set([...streams, ...joined])]
}

/** Each source of the streams once, in their order. */
export const sourcesOf = (definitions: Definitions): readonly Source[] => [
  ...new Set(streamsOf(definitions).flatMap(({ branches }) => branches.map(({ source }) => source))),
]
