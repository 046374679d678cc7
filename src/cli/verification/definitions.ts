import type { Definitions } from '../../compile/definitions.ts'
import { planPairs, planView } from '../../compile/plan.ts'
import { catalog } from '../shop.ts'

/** The catalog, planned: what `verify` asks of every engine. @throws EndcapError BAD_DEFINITION */
export function catalogDefinitions(): Definitions {
  const { horizon, streams, views, batchViews, pairs } = catalog
  return {
    horizon,
    streams,
    views: views.map((view) => planView(view, horizon)),
    batchViews: batchViews.map((view) => planView(view, horizon)),
    pairs: pairs.map((statistic) => planPairs(statistic, horizon)),
  }
}
