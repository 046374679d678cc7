import { type Columns, MAX_INSTANT_MS } from '../../algebra/column.ts'
import {
  and,
  chooseWord,
  column,
  equal,
  integer,
  isNull,
  less,
  lookup,
  not,
  oneOf,
  orElse,
  tagged,
  word,
} from '../../algebra/expression.ts'
import { stream } from '../../algebra/stream.ts'
import { clickstream } from '../events/clickstream.ts'
import { MAX_CENTS, MAX_LINE_CENTS, MAX_QUANTITY } from '../events/fields.ts'
import { lineCents, orders } from '../events/orders.ts'

export const ACTIONS = ['view', 'cart', 'uncart', 'wish', 'unwish', 'purchase', 'return'] as const
export type Action = (typeof ACTIONS)[number]

/** Clickstream events that say something about a shopper and a product. Purchases come from orders alone. */
export const CLICK_ACTIONS = {
  view_item: 'view',
  select_item: 'view',
  add_to_cart: 'cart',
  remove_from_cart: 'uncart',
  add_to_wishlist: 'wish',
  remove_from_wishlist: 'unwish',
} as const

const columns = {
  /** `c:` + customer_id, else `s:` + session_id, else null (guest orders). */
  shopper: { kind: 'id', nullable: true },
  sku: { kind: 'id', nullable: false },
  action: { kind: 'enum', values: ACTIONS, nullable: false },
  quantity: { kind: 'integer', min: -MAX_QUANTITY, max: MAX_QUANTITY, nullable: false },
  /** Unit price before discount, where the event carries one. */
  price_cents: { kind: 'integer', min: 0, max: MAX_CENTS, nullable: true },
  /** Off per unit. */
  discount_cents: { kind: 'integer', min: 0, max: MAX_CENTS, nullable: false },
  /** Net value of an order line; 0 for clicks. */
  line_cents: { kind: 'integer', min: -MAX_LINE_CENTS, max: MAX_LINE_CENTS, nullable: false },
  at: { kind: 'integer', min: 0, max: MAX_INSTANT_MS, nullable: false },
} as const satisfies Columns

/** One row per thing that a shopper did with a product. */
export const interactions = stream({
  name: 'interactions',
  columns,
  at: 'at',
  branches: [
    {
      source: orders,
      where: not(equal(column('quantity'), integer(0))),
      select: {
        shopper: tagged({ tag: 'c:', path: ['customer_id'] }),
        sku: column('sku'),
        action: chooseWord(less(column('quantity'), integer(0)), word('return'), word('purchase')),
        quantity: column('quantity'),
        price_cents: column('price_cents'),
        discount_cents: column('price_discount_cents'),
        line_cents: lineCents,
        at: column('ordered_at'),
      },
    },
    {
      source: clickstream,
      unnest: ['payload', 'items'],
      where: and(oneOf('event', ...Object.keys(CLICK_ACTIONS)), isNull('bot')),
      select: {
        shopper: tagged({ tag: 'c:', path: ['customer_id'] }, { tag: 's:', path: ['session_id'] }),
        sku: column('item', 'item_id'),
        action: lookup(['event'], CLICK_ACTIONS),
        quantity: orElse(column('item', 'quantity'), integer(1)),
        price_cents: column('item', 'price_cents'),
        discount_cents: orElse(column('item', 'discount_cents'), integer(0)),
        line_cents: integer(0),
        at: column('occurred_at'),
      },
    },
  ],
})
