import { column, oneOf } from '../../algebra/expression.ts'
import { max, min, view } from '../../algebra/view.ts'
import { interactions } from '../streams/interactions.ts'

/** At which prices a product was bought or looked at, day by day. */
export const productPrice = view({
  name: 'product_price',
  from: interactions,
  key: ['sku'],
  tile: 'day',
  measures: {
    min_price_cents: min(column('price_cents')),
    max_price_cents: max(column('price_cents')),
    max_paid_price_cents: max(column('price_cents'), oneOf('action', 'purchase')),
  },
  rowsPerKey: 9_000_000,
  retain: '400d',
  windows: { last_90d: { length: '90d' } },
})
