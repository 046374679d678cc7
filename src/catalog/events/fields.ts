import Type from 'typebox'
import { MAX_INSTANT_MS } from '../../algebra/column.ts'
import { ID_PATTERN } from '../../core/ids.ts'

/** The fields that several contracts share, each with its unit and range. */
export const Id = (description: string) => Type.String({ pattern: ID_PATTERN, description })

/** Epoch milliseconds, UTC. */
export const Instant = (description: string) =>
  Type.Integer({ minimum: 0, maximum: MAX_INSTANT_MS, description: `${description}; epoch ms, UTC` })

export const MAX_CENTS = 1_000_000_000
export const Cents = (description: string) =>
  Type.Integer({ minimum: 0, maximum: MAX_CENTS, description: `${description}; minor units` })

export const MAX_QUANTITY = 100_000

/** ISO 3166: a country, or a part of one. Every such text is an id. */
export const LOCATION_PATTERN = '^[A-Z]{2}(-[A-Z0-9]{1,3})?$'

/** Units in stock. */
export const Units = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 1_000_000_000, description })

/** Net value of an order line, and what was taken off it, by either sign. */
export const MAX_LINE_CENTS = 1_000_000_000

/** ISO 4217. */
export const Currency = Type.String({
  pattern: '^[A-Z]{3}$',
  description: 'ISO 4217 code of the shop’s currency',
})
export const Text = (description: string, maxLength = 2000) => Type.String({ maxLength, description })
