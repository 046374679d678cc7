/** What a shopper has said of themselves, as far as models may know it; null where it is not known. */
export type Person = {
  readonly birthYear: number | null
  /** As the person states it. */
  readonly gender: string | null
  /** ISO 3166, `GB` or `US-CA`. */
  readonly location: string | null
}

export const UNKNOWN_PERSON: Person = Object.freeze({ birthYear: null, gender: null, location: null })
