/** Birth years of each generation, from the first to the last, inclusive. @source ALGORITHMS, section 5 */
const LAST_BIRTH_YEARS = [
  ['silent', 1945],
  ['boomer', 1964],
  ['x', 1980],
  ['millennial', 1996],
  ['z', 2012],
  ['alpha', Number.POSITIVE_INFINITY],
] as const

export type Generation = (typeof LAST_BIRTH_YEARS)[number][0]

/** Null where the year of birth is not known. */
export const generationOf = (birthYear: number | null): Generation | null =>
  birthYear === null ? null : (LAST_BIRTH_YEARS.find(([, last]) => birthYear <= last)?.[0] ?? null)
