import { column, oneOf } from '../../algebra/expression.ts'
import { count, sum, view } from '../../algebra/view.ts'
import { interactions } from '../streams/interactions.ts'

/**
 * How often a product was bought at which price before discount, day by day, in the buckets of `PRICE_STEPS`: the
 * ground of its usual price, which `readings/usual-price.ts` reads off.
 */
export const productPriceHistogram = view({
  name: 'product_price_histogram',
  from: interactions,
  key: ['sku', 'price_bucket'],
  where: oneOf('action', 'purchase'),
  tile: 'day',
  measures: {
    lines: count(),
    /** Sum of the unit prices of the lines; with `lines` the mean price inside the bucket, exact where it is one price. */
    price_cents: sum(column('price_cents')),
  },
  rowsPerKey: 9_000_000,
  retain: '400d',
  windows: {
    last_90d: { length: '90d' },
    last_365d: { length: '365d' },
  },
})
