import type { RecordValue, Value } from '../algebra/source.ts'

/** Faults that the edge sees and the engines do not: what they would spoil is not in any statistic. */
export const SHAPE_FAULTS = {
  type: 'wrong_type',
  unknown: 'unknown_field',
  long: 'too_long',
  format: 'bad_format',
  /** An amount with more digits after the point than its currency has. */
  digits: 'too_many_digits',
  /** A field under two of its names. */
  twice: 'named_twice',
} as const

/** What is wrong with the shape of an event. */
export type Fault = {
  /** One of `REFUSALS`, or of `SHAPE_FAULTS`. */
  readonly reason: string
  /** `quantity`, `payload.items.0.item_id`; null where it is the event as a whole. */
  readonly field: string | null
}

/** A record in the shape of its contract. */
export type Meant = {
  readonly value: RecordValue
  /** What its amounts are in, where the record itself no longer says it. */
  readonly currency?: Value
}
