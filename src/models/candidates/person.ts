import type { Customer } from '../../catalog/events/customers.ts'

/** Birth years of each generation, first and last. @source Pew Research Center; Silent and Alpha open-ended */
export const GENERATIONS = [
  { name: 'silent', from: -Infinity, to: 1945 },
  { name: 'boomer', from: 1946, to: 1964 },
  { name: 'gen_x', from: 1965, to: 1980 },
  { name: 'millennial', from: 1981, to: 1996 },
  { name: 'gen_z', from: 1997, to: 2012 },
  { name: 'alpha', from: 2013, to: Infinity },
] as const
export type Generation = (typeof GENERATIONS)[number]['name']

/** What a person who consents says of themselves; null where they do not. */
export type Person = {
  readonly generation: Generation | null
  readonly gender: string | null
  /** ISO 3166: `GB`, `US-CA`. */
  readonly location: string | null
}

export const generationOf = (birthYear: number): Generation | null =>
  GENERATIONS.find(({ from, to }) => birthYear >= from && birthYear <= to)?.name ?? null

/** Null without consent for demographics, or of a customer who is deleted. */
export function personOf(customer: Customer | undefined): Person | null {
  if (customer === undefined || customer.deleted === true || !customer.consent.demographics) return null
  const { birth_year: birthYear, age, updated_at: updatedAt, gender, location } = customer
  const year = birthYear ?? (age === undefined ? undefined : new Date(updatedAt).getUTCFullYear() - age)
  return {
    generation: year === undefined ? null : generationOf(year),
    gender: gender ?? null,
    location: location ?? null,
  }
}
