import type { RecordValue } from '../../algebra/source.ts'
import type { Customer } from '../../catalog/events/customers.ts'
import { genderOf, generationOf, regionOf, UNKNOWN } from '../../catalog/segments.ts'
import { evaluateWord } from '../../compile/inprocess/evaluate.ts'

/** What a person who consents says of themselves, and the segment that the batch views count them in. */
export type Person = {
  /** `gen_z`; null if not known. */
  readonly generation: string | null
  /** As the person states it; null if they do not. */
  readonly gender: string | null
  /** ISO 3166: `GB`, `US-CA`; null if not known. */
  readonly location: string | null
  /** As `segment_product` has it; parts that are not known are `unknown`. */
  readonly segment: { readonly generation: string; readonly gender: string; readonly region: string }
}

/** Null without consent for demographics, or of a customer who is deleted. */
export function personOf(customer: Customer | undefined): Person | null {
  if (customer === undefined || customer.deleted === true || !customer.consent.demographics) return null
  const record: RecordValue = { ...customer }
  const segment = {
    generation: evaluateWord(generationOf, record) ?? UNKNOWN,
    gender: evaluateWord(genderOf, record) ?? UNKNOWN,
    region: evaluateWord(regionOf, record) ?? UNKNOWN,
  }
  return {
    generation: segment.generation === UNKNOWN ? null : segment.generation,
    gender: customer.gender ?? null,
    location: customer.location ?? null,
    segment,
  }
}
