import Type from 'typebox'
import { MAX_INSTANT_MS } from '../../algebra/column.ts'
import { and, choose, column, integer, isNull, oneOf, or, subtract } from '../../algebra/expression.ts'
import { source } from '../../algebra/source.ts'
import { columnsOf } from '../columns-of.ts'
import { Cents, Id, Instant, MAX_QUANTITY, Text } from './fields.ts'

/** Off in percent, off in money, or off when several products are bought together. */
export const OFFER_KINDS = ['percent', 'amount', 'bundle'] as const

const Words = (description: string) =>
  Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100, description })

/** A product of an offer; in a bundle so many of it must be in the basket. */
const OfferProduct = Type.Object(
  {
    sku: Id('product'),
    quantity: Type.Integer({ minimum: 1, maximum: MAX_QUANTITY, description: 'units' }),
  },
  { additionalProperties: false },
)

/** A version of an offer. The winner is the greatest (updated_at, offset); one that ends early is a version with an earlier end. */
export const Offer = Type.Object(
  {
    offer_id: Id('offer; orders name it'),
    kind: Type.Enum([...OFFER_KINDS], { type: 'string', description: 'what it takes off' }),
    percent_bp: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 10_000, description: 'off; basis points: 1,500 is 15 %' }),
    ),
    amount_off_cents: Type.Optional(Cents('off per unit, or per bundle')),
    skus: Type.Optional(Type.Array(OfferProduct, { maxItems: 200, description: 'products that it is for' })),
    category: Type.Optional(Text('path of the category that it is for, with all below', 500)),
    starts_at: Instant('holds from here on'),
    ends_at: Instant('holds until before'),
    audience: Type.Optional(
      Type.Object(
        {
          generations: Type.Optional(Words('any of them, `gen_z`')),
          genders: Type.Optional(Words('any of them, as people state it')),
          locations: Type.Optional(Words('any of them, ISO 3166, `GB` or `US-CA`')),
          is_new: Type.Optional(
            Type.Boolean({ description: 'true: people without an order; false: with one' }),
          ),
        },
        {
          additionalProperties: false,
          description: 'who may have it, all that is given must hold; absent: everybody',
        },
      ),
    ),
    budget_cents: Type.Optional(Cents('what it may cost in all')),
    stackable: Type.Optional(Type.Boolean({ description: 'true: beside other offers; default false' })),
    updated_at: Instant('when this version became true'),
  },
  {
    additionalProperties: false,
    title: 'Offer',
    description:
      'A version of an offer. The greatest `updated_at` holds; one that ends early is a version with an earlier end.',
  },
)
export type Offer = Type.Static<typeof Offer>

const isValueless = or(
  and(oneOf('kind', 'percent'), isNull('percent_bp')),
  and(oneOf('kind', 'amount'), isNull('amount_off_cents')),
  and(oneOf('kind', 'bundle'), isNull('percent_bp'), isNull('amount_off_cents')),
)
const isUnboundBundle = and(oneOf('kind', 'bundle'), isNull('skus'))

export const offers = source({
  name: 'offers',
  columns: columnsOf(Offer),
  partitionBy: 'offer_id',
  at: 'updated_at',
  id: ['offer_id', 'updated_at'],
  isEntity: true,
  checks: [
    {
      reason: 'ends_before_it_starts',
      value: subtract(column('ends_at'), column('starts_at')),
      min: 0,
      max: MAX_INSTANT_MS,
    },
    { reason: 'offer_without_value', value: choose(isValueless, integer(1), integer(0)), min: 0, max: 0 },
    {
      reason: 'bundle_without_products',
      value: choose(isUnboundBundle, integer(1), integer(0)),
      min: 0,
      max: 0,
    },
  ],
})
