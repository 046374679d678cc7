import Type from 'typebox'
import { column, multiply, subtract } from '../../algebra/expression.ts'
import { source } from '../../algebra/source.ts'
import { columnsOf } from '../columns-of.ts'
import { Cents, Currency, Id, Instant, MAX_LINE_CENTS, MAX_QUANTITY } from './fields.ts'

/** One line of an order. The only source of purchases; a return is a line with a negative quantity. */
export const OrderLine = Type.Object(
  {
    order_id: Id('order; all its lines lie in one partition'),
    line_no: Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'place in the order' }),
    customer_id: Type.Optional(Id('absent for guests')),
    sku: Id('product'),
    quantity: Type.Integer({
      minimum: -MAX_QUANTITY,
      maximum: MAX_QUANTITY,
      description: 'units; negative for a return',
    }),
    reverses: Type.Optional(Id('`order_id:line_no` that a return takes back')),
    price_cents: Cents('unit price before discount'),
    price_discount_cents: Cents('off per unit'),
    currency: Currency,
    offer_id: Type.Optional(Id('offer that was used')),
    decision_id: Type.Optional(Id('recommendation that led here')),
    ordered_at: Instant('when the order was placed'),
  },
  {
    additionalProperties: false,
    title: 'OrderLine',
    description:
      'A line of an order, the only source of purchases. A return or cancellation is a line of its own with a negative quantity, never an edit.',
  },
)
export type OrderLine = Type.Static<typeof OrderLine>

/** Net value of a line in minor units: quantity x (price - discount). */
export const lineCents = multiply(
  column('quantity'),
  subtract(column('price_cents'), column('price_discount_cents')),
)

/** Taken off a line in minor units: quantity x discount; negative where a return gives it back. */
export const lineOffCents = multiply(column('quantity'), column('price_discount_cents'))

export const orders = source({
  name: 'orders',
  columns: columnsOf(OrderLine),
  partitionBy: 'order_id',
  at: 'ordered_at',
  id: ['order_id', 'line_no'],
  checks: [
    { reason: 'line_value_out_of_range', value: lineCents, min: -MAX_LINE_CENTS, max: MAX_LINE_CENTS },
    {
      reason: 'line_discount_out_of_range',
      value: lineOffCents,
      min: -MAX_LINE_CENTS,
      max: MAX_LINE_CENTS,
    },
  ],
})
