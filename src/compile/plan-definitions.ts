import type { PairStatistic } from '../algebra/pair-statistic.ts'
import type { Horizon } from '../algebra/source.ts'
import type { Stream } from '../algebra/stream.ts'
import type { View } from '../algebra/view.ts'
import type { Definitions } from './definitions.ts'
import { planPairs, planView } from './plan.ts'

/** What a catalog defines, before it is planned. */
export type Defined = {
  readonly horizon: Horizon
  readonly streams: readonly Stream[]
  readonly views: readonly View[]
  readonly batchViews: readonly View[]
  readonly pairs: readonly PairStatistic[]
}

/** @throws EndcapError BAD_DEFINITION */
export function planDefinitions({ horizon, streams, views, batchViews, pairs }: Defined): Definitions {
  return {
    horizon,
    streams,
    views: views.map((view) => planView(view, horizon)),
    batchViews: batchViews.map((view) => planView(view, horizon)),
    pairs: pairs.map((statistic) => planPairs(statistic, horizon)),
  }
}
