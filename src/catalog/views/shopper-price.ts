import { column, oneOf } from '../../algebra/expression.ts'
import { count, sum, view } from '../../algebra/view.ts'
import { interactions } from '../streams/interactions.ts'

/** At which prices before discount a shopper buys, day by day, in the buckets of `PRICE_STEPS`: the ground of their median. */
export const shopperPrice = view({
  name: 'shopper_price',
  from: interactions,
  key: ['shopper', 'price_bucket'],
  where: oneOf('action', 'purchase'),
  tile: 'day',
  measures: {
    lines: count(),
    /** Sum of the unit prices of the lines. */
    price_cents: sum(column('price_cents')),
  },
  rowsPerKey: 1_000_000,
  retain: '400d',
  windows: { last_365d: { length: '365d' } },
})
