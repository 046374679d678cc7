import { column, oneOf } from '../../algebra/expression.ts'
import { latest, view } from '../../algebra/view.ts'
import { interactions } from '../streams/interactions.ts'

/**
 * The last word of a shopper on having a product on the wishlist: it is there if that word is `wish`
 * (`readings/wishlist.ts`).
 */
export const shopperWish = view({
  name: 'shopper_wish',
  from: interactions,
  key: ['shopper', 'sku'],
  where: oneOf('action', 'wish', 'unwish'),
  tile: 'day',
  measures: { last_word: latest(column('action'), 1) },
  rowsPerKey: 1_000_000,
  retain: '400d',
  windows: { last_365d: { length: '365d' } },
})
