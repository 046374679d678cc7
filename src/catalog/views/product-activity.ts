import { column, oneOf } from '../../algebra/expression.ts'
import { count, sum, view } from '../../algebra/view.ts'
import { interactions } from '../streams/interactions.ts'

/** What happened to a product, hour by hour: the ground of popularity, trend and conversion. */
export const productActivity = view({
  name: 'product_activity',
  from: interactions,
  key: ['sku'],
  tile: 'hour',
  measures: {
    views: count(oneOf('action', 'view')),
    carts: count(oneOf('action', 'cart')),
    wishes: count(oneOf('action', 'wish')),
    purchases: count(oneOf('action', 'purchase')),
    returns: count(oneOf('action', 'return')),
    /** Net of returns. */
    units: sum(column('quantity'), oneOf('action', 'purchase', 'return')),
    /** Net of discounts and returns, minor units. */
    revenue_cents: sum(column('line_cents')),
  },
  rowsPerKey: 9_000_000,
  retain: '400d',
  windows: {
    last_1d: { length: '1d' },
    last_7d: { length: '7d' },
    last_30d: { length: '30d' },
    last_90d: { length: '90d' },
    last_365d: { length: '365d' },
    same_two_weeks_last_year: { length: '14d', shift: '365d' },
    /** Around the day a year ago. */
    same_four_weeks_last_year: { length: '28d', shift: '351d' },
  },
})
