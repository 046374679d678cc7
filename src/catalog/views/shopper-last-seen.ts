import { column, oneOf } from '../../algebra/expression.ts'
import { max, view } from '../../algebra/view.ts'
import { interactions } from '../streams/interactions.ts'

/** When a shopper was last there, and last bought. */
export const shopperLastSeen = view({
  name: 'shopper_last_seen',
  from: interactions,
  key: ['shopper'],
  tile: 'day',
  measures: {
    last_seen_at: max(column('at')),
    last_purchase_at: max(column('at'), oneOf('action', 'purchase')),
  },
  rowsPerKey: 9_000_000,
  retain: '400d',
  windows: { last_365d: { length: '365d' } },
})
