import { column, oneOf } from '../../algebra/expression.ts'
import { count, sum, view } from '../../algebra/view.ts'
import { interactions } from '../streams/interactions.ts'

/**
 * The orders of a shopper, each by itself: how many they are is the number of keys with `lines` above 0
 * (`readings/order-count.ts`), and each tells its size. Orders of guests are nobody's.
 */
export const shopperOrder = view({
  name: 'shopper_order',
  from: interactions,
  key: ['shopper', 'order_id'],
  where: oneOf('action', 'purchase', 'return'),
  tile: 'day',
  measures: {
    lines: count(oneOf('action', 'purchase')),
    /** Net of returns. */
    units: sum(column('quantity')),
  },
  rowsPerKey: 1_000_000,
  retain: '400d',
  windows: {
    last_90d: { length: '90d' },
    last_365d: { length: '365d' },
  },
})
