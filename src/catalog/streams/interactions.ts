import { type Columns, MAX_INSTANT_MS } from '../../algebra/column.ts'
import {
  and,
  bucket,
  chooseWord,
  column,
  equal,
  integer,
  isNull,
  less,
  lookup,
  not,
  noWord,
  oneOf,
  orElse,
  tagged,
  word,
} from '../../algebra/expression.ts'
import { stream } from '../../algebra/stream.ts'
import { clickstream } from '../events/clickstream.ts'
import { MAX_CENTS, MAX_LINE_CENTS, MAX_QUANTITY } from '../events/fields.ts'
import { lineCents, lineOffCents, orders } from '../events/orders.ts'
import { PRICE_STEPS } from '../price-buckets.ts'

export const ACTIONS = ['view', 'cart', 'uncart', 'wish', 'unwish', 'purchase', 'return'] as const

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
  /** Taken off an order line, all units; 0 for clicks. */
  line_off_cents: { kind: 'integer', min: -MAX_LINE_CENTS, max: MAX_LINE_CENTS, nullable: false },
  /** Least price of the bucket that holds an order line's unit price before discount; null for clicks. */
  price_bucket: { kind: 'id', nullable: true },
  /** Order of a line; null for clicks. */
  order_id: { kind: 'id', nullable: true },
  /** Visit of a click; null for order lines. */
  session_id: { kind: 'id', nullable: true },
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
        line_off_cents: lineOffCents,
        price_bucket: bucket(column('price_cents'), PRICE_STEPS),
        order_id: column('order_id'),
        session_id: noWord,
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
        line_off_cents: integer(0),
        price_bucket: noWord,
        order_id: noWord,
        session_id: column('session_id'),
        at: column('occurred_at'),
      },
    },
  ],
})
