import { column, oneOf } from '../../algebra/expression.ts'
import { latest, view } from '../../algebra/view.ts'
import { interactions } from '../streams/interactions.ts'

/** How many of a shopper's last products a model looks at. */
export const RECENT_LIMIT = 50

/** The last products that a shopper looked at, carted, wished for or bought, newest first. */
export const shopperRecent = view({
  name: 'shopper_recent',
  from: interactions,
  key: ['shopper'],
  tile: 'day',
  measures: {
    recent: latest(column('sku'), RECENT_LIMIT, oneOf('action', 'view', 'cart', 'wish', 'purchase')),
  },
  rowsPerKey: 9_000_000,
  retain: '400d',
  windows: { last_365d: { length: '365d' } },
})
