import { and, column, integer, less, oneOf } from '../../algebra/expression.ts'
import { count, sum, view } from '../../algebra/view.ts'
import { interactions } from '../streams/interactions.ts'

/** What a shopper did in all, day by day: how much they look and buy, and at which discount. */
export const shopperActivity = view({
  name: 'shopper_activity',
  from: interactions,
  key: ['shopper'],
  tile: 'day',
  measures: {
    views: count(oneOf('action', 'view')),
    carts: count(oneOf('action', 'cart')),
    lines: count(oneOf('action', 'purchase')),
    bought_units: sum(column('quantity'), oneOf('action', 'purchase')),
    /** Bought, less what came back. */
    units: sum(column('quantity'), oneOf('action', 'purchase', 'return')),
    /** Net of discounts and returns, minor units. */
    revenue_cents: sum(column('line_cents')),
    /** Of the bought units, those with something off. */
    discounted_units: sum(
      column('quantity'),
      and(oneOf('action', 'purchase'), less(integer(0), column('discount_cents'))),
    ),
    /** Taken off what was bought, minor units. */
    discount_cents: sum(column('line_off_cents'), oneOf('action', 'purchase')),
  },
  rowsPerKey: 9_000_000,
  retain: '400d',
  windows: {
    last_30d: { length: '30d' },
    last_90d: { length: '90d' },
    last_365d: { length: '365d' },
  },
})
