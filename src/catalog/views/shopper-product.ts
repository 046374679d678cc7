import { column, oneOf } from '../../algebra/expression.ts'
import { count, sum, view } from '../../algebra/view.ts'
import { interactions } from '../streams/interactions.ts'

/** What one shopper did with one product, day by day: personal frequency and recency. */
export const shopperProduct = view({
  name: 'shopper_product',
  from: interactions,
  key: ['shopper', 'sku'],
  tile: 'day',
  measures: {
    views: count(oneOf('action', 'view')),
    carts: count(oneOf('action', 'cart')),
    wishes: count(oneOf('action', 'wish')),
    unwishes: count(oneOf('action', 'unwish')),
    purchases: count(oneOf('action', 'purchase')),
    /** Net of returns. */
    units: sum(column('quantity'), oneOf('action', 'purchase', 'return')),
  },
  rowsPerKey: 1_000_000,
  retain: '400d',
  windows: {
    last_30d: { length: '30d' },
    last_365d: { length: '365d' },
  },
})
