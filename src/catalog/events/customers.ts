import Type from 'typebox'
import { source } from '../../algebra/source.ts'
import { columnsOf } from '../columns-of.ts'
import { Id, Instant, Text } from './fields.ts'

/** A version of a customer. The winner is the greatest (updated_at, offset). */
export const Customer = Type.Object(
  {
    customer_id: Id('person'),
    age: Type.Optional(Type.Integer({ minimum: 0, maximum: 130, description: 'years at updated_at' })),
    birth_year: Type.Optional(Type.Integer({ minimum: 1890, maximum: 2100, description: 'beats age' })),
    gender: Type.Optional(Text('as the person states it', 40)),
    location: Type.Optional(
      Type.String({ pattern: '^[A-Z]{2}(-[A-Z0-9]{1,3})?$', description: 'ISO 3166, `GB` or `US-CA`' }),
    ),
    preferences: Type.Optional(
      Type.Object(
        {
          categories: Type.Optional(Type.Array(Type.String({ maxLength: 500 }), { maxItems: 100 })),
          brands: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 100 })),
          sizes: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 100 })),
        },
        { additionalProperties: false, description: 'what the person says to like' },
      ),
    ),
    consent: Type.Object(
      {
        personalisation: Type.Boolean({ default: false }),
        demographics: Type.Boolean({ default: false }),
        training: Type.Boolean({ default: false }),
      },
      { additionalProperties: false, description: 'what the person agreed to' },
    ),
    deleted: Type.Optional(Type.Boolean({ description: 'true: no longer a customer' })),
    updated_at: Instant('when this version became true'),
  },
  { additionalProperties: false, title: 'Customer' },
)
export type Customer = Type.Static<typeof Customer>

export const customers = source({
  name: 'customers',
  columns: columnsOf(Customer),
  partitionBy: 'customer_id',
  at: 'updated_at',
  id: ['customer_id', 'updated_at'],
  isEntity: true,
  checks: [],
})
