import { column, oneOf } from '../../algebra/expression.ts'
import { count, max, view } from '../../algebra/view.ts'
import { interactions } from '../streams/interactions.ts'

/** What was done with a product in one visit; the visit in all is the roll-up over its products. */
export const sessionProduct = view({
  name: 'session_product',
  from: interactions,
  key: ['session_id', 'sku'],
  tile: 'day',
  measures: {
    views: count(oneOf('action', 'view')),
    carts: count(oneOf('action', 'cart')),
    uncarts: count(oneOf('action', 'uncart')),
    wishes: count(oneOf('action', 'wish')),
    last_at: max(column('at')),
  },
  rowsPerKey: 1_000_000,
  retain: '2d',
  windows: { last_1d: { length: '1d' } },
})
