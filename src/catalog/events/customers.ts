import Type from 'typebox'
import { source } from '../../algebra/source.ts'
import { columnsOf } from '../columns-of.ts'
import { Id, Instant, LOCATION_PATTERN, Text } from './fields.ts'

const Words = (description: string, maxLength: number) =>
  Type.Optional(Type.Array(Type.String({ maxLength }), { maxItems: 100, description }))

const Agreed = (description: string) => Type.Boolean({ default: false, description })

/** A version of a customer. The winner is the greatest (updated_at, offset). */
export const Customer = Type.Object(
  {
    customer_id: Id('person'),
    age: Type.Optional(Type.Integer({ minimum: 0, maximum: 130, description: 'years at updated_at' })),
    birth_year: Type.Optional(Type.Integer({ minimum: 1890, maximum: 2100, description: 'beats age' })),
    gender: Type.Optional(Text('as the person states it', 40)),
    location: Type.Optional(
      Type.String({ pattern: LOCATION_PATTERN, description: 'ISO 3166, `GB` or `US-CA`' }),
    ),
    preferences: Type.Optional(
      Type.Object(
        {
          categories: Words('paths, `Home/Kitchen`', 500),
          brands: Words('brands', 200),
          sizes: Words('sizes', 40),
        },
        { additionalProperties: false, description: 'what the person says to like' },
      ),
    ),
    consent: Type.Object(
      {
        personalisation: Agreed('own events may shape what is shown'),
        demographics: Agreed('age, gender and location may shape what is shown'),
        training: Agreed('own events may be learned from'),
      },
      { additionalProperties: false, description: 'what the person agreed to' },
    ),
    deleted: Type.Optional(Type.Boolean({ description: 'true: no longer a customer' })),
    updated_at: Instant('when this version became true'),
  },
  {
    additionalProperties: false,
    title: 'Customer',
    description:
      'A version of a customer. The greatest `updated_at` holds. Consent is none unless it is given.',
  },
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
