import { column, oneOf } from '../../algebra/expression.ts'
import { versionJoin } from '../../algebra/version-join.ts'
import { count, sum, view } from '../../algebra/view.ts'
import { customerSegments } from '../streams/customer-segments.ts'
import { interactions } from '../streams/interactions.ts'

/**
 * What each segment of customers (generation x gender x region) does with a product, by the segment that they were in
 * when they did it; only of people whose last version agrees to demographics. A batch view: the lake computes it.
 * Coarser segments are roll-ups (`readings/segment-share.ts`).
 */
export const segmentProduct = view({
  name: 'segment_product',
  from: interactions,
  join: versionJoin({
    versions: customerSegments,
    on: 'shopper',
    ofWhom: oneOf('demographics', 'agreed'),
  }),
  key: ['generation', 'gender', 'region', 'sku'],
  where: oneOf('action', 'view', 'purchase', 'return'),
  tile: 'day',
  measures: {
    views: count(oneOf('action', 'view')),
    purchases: count(oneOf('action', 'purchase')),
    /** Net of returns. */
    units: sum(column('quantity'), oneOf('action', 'purchase', 'return')),
  },
  rowsPerKey: 9_000_000,
  retain: '400d',
  windows: {
    last_90d: { length: '90d' },
    last_365d: { length: '365d' },
  },
})
