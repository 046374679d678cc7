import Type from 'typebox'
import { source } from '../../algebra/source.ts'
import { columnsOf } from '../columns-of.ts'
import { Cents, Id, Instant, MAX_QUANTITY, Text } from './fields.ts'

/** Names of GA4's e-commerce events. @source Google Analytics 4, recommended events for online sales */
export const CLICK_EVENTS = [
  'view_item',
  'view_item_list',
  'select_item',
  'search',
  'add_to_cart',
  'remove_from_cart',
  'add_to_wishlist',
  'remove_from_wishlist',
  'begin_checkout',
  'purchase',
  'view_promotion',
  'select_promotion',
  'login',
] as const

/** Why a click is not a person's: the shop says so, or too many events a minute. */
export const BOT_MARKS = ['declared', 'rate'] as const

export const ClickItem = Type.Object(
  {
    item_id: Id('sku'),
    item_name: Type.Optional(Text('name as shown')),
    item_category: Type.Optional(Text('category path')),
    price_cents: Type.Optional(Cents('unit price before discount')),
    quantity: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_QUANTITY, description: 'units' })),
    discount_cents: Type.Optional(Cents('off per unit')),
    index: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'place in the list' })),
    item_list_id: Type.Optional(Id('list in which it was shown')),
  },
  { additionalProperties: false },
)

/** One thing that a visitor did, in GA4's names and shape, typed. */
export const Click = Type.Object(
  {
    event_id: Id('unique for ever'),
    event: Type.Enum([...CLICK_EVENTS], { type: 'string', description: 'GA4 event name' }),
    occurred_at: Instant('when it happened'),
    session_id: Id('visit; keys the topic'),
    customer_id: Type.Optional(Id('once logged in')),
    decision_id: Type.Optional(Id('recommendation that led here')),
    bot: Type.Optional(
      Type.Enum([...BOT_MARKS], {
        type: 'string',
        description:
          'not a person, in no sum: the shop says so, or too many events a minute; set before the log',
      }),
    ),
    payload: Type.Object(
      {
        items: Type.Optional(Type.Array(ClickItem, { maxItems: 200, description: 'products concerned' })),
        search_term: Type.Optional(Text('what was typed', 500)),
        extra: Type.Optional(
          Type.Record(Type.String(), Type.String(), { description: 'anything else that the shop sends' }),
        ),
      },
      { additionalProperties: false, description: 'what it was about' },
    ),
  },
  {
    additionalProperties: false,
    title: 'Click',
    description:
      'One thing that a visitor did, in the names of Google Analytics 4. A `purchase` serves attribution alone: purchases are orders.',
  },
)
export type Click = Type.Static<typeof Click>

export const clickstream = source({
  name: 'clickstream',
  columns: columnsOf(Click),
  partitionBy: 'session_id',
  at: 'occurred_at',
  id: ['event_id'],
  checks: [],
})
