import { column, equal, integer, less, oneOf } from '../../algebra/expression.ts'
import { count, sum, view } from '../../algebra/view.ts'
import { interactions } from '../streams/interactions.ts'

/** How a product sells at a discount and at full price, day by day; returns are not taken off. */
export const productDiscounts = view({
  name: 'product_discounts',
  from: interactions,
  key: ['sku'],
  where: oneOf('action', 'purchase'),
  tile: 'day',
  measures: {
    discounted_lines: count(less(integer(0), column('discount_cents'))),
    discounted_units: sum(column('quantity'), less(integer(0), column('discount_cents'))),
    full_price_units: sum(column('quantity'), equal(column('discount_cents'), integer(0))),
    /** Taken off all units, minor units. */
    discount_cents: sum(column('line_off_cents')),
    /** Paid for all units, minor units; with `discount_cents` the value before discount. */
    paid_cents: sum(column('line_cents')),
  },
  rowsPerKey: 9_000_000,
  retain: '400d',
  windows: {
    last_30d: { length: '30d' },
    last_90d: { length: '90d' },
    last_365d: { length: '365d' },
  },
})
