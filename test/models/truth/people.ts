import type { Customer } from '../../../src/catalog/events/customers.ts'
import { generationOfYear } from '../../../src/catalog/segments.ts'
import { DAY_MS } from '../../../src/core/duration.ts'

/** Somebody who signed up and did nothing. */
export type Newcomer = Customer & {
  readonly generation: string
  readonly country: string
}

/** A year of birth in each generation that shops. */
const BIRTH_YEARS = [1942, 1955, 1972, 1988, 2002] as const
const GENDERS = ['female', 'male'] as const
const COUNTRIES = ['GB', 'DE', 'FR'] as const

/** One of each generation, gender and country. @param demographics whether they agree to that being used */
export function newcomers(endAt: number, demographics: 'agreed' | 'refused'): readonly Newcomer[] {
  return BIRTH_YEARS.flatMap((birthYear) =>
    GENDERS.flatMap((gender) =>
      COUNTRIES.map((country) => ({
        customer_id: `${demographics}-${birthYear}-${gender}-${country}`,
        birth_year: birthYear,
        gender,
        location: country,
        consent: { personalisation: true, demographics: demographics === 'agreed', training: true },
        updated_at: endAt - DAY_MS,
        generation: generationOfYear(birthYear),
        country,
      })),
    ),
  )
}

export const recordOf = ({ generation: _, country: _c, ...record }: Newcomer): Customer => record
