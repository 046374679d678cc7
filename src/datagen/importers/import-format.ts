import type { RecordValue } from '../../algebra/source.ts'
import type { Customer } from '../../catalog/events/customers.ts'

/** What one line of the input became: nothing is lost silently. */
export type Imported =
  | { readonly kind: 'event'; readonly topic: string; readonly value: RecordValue }
  /** Left out by a rule of the format: it says nothing about a shopper and a product. */
  | { readonly kind: 'skipped'; readonly rule: string }
  | RefusedLine

/** A line that should have become an event and could not; it goes to the dead letters as it was read. */
export type RefusedLine = {
  readonly kind: 'refused'
  readonly topic: string | null
  readonly reason: string
  readonly field: string | null
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly raw: unknown
}

export type Consent = Customer['consent']

export const NO_CONSENT: Consent = Object.freeze({
  personalisation: false,
  demographics: false,
  training: false,
})

/** A kind of file or folder that can become events of a shop. */
export type ImportFormat = {
  readonly name: string
  /** Whether the file or folder looks like this format; reads names and first bytes only. */
  readonly recognises: (path: string) => boolean
  /**
   * Everything in it, entities before events, each kind in file order. Deterministic: reading it twice gives
   * the same events with the same ids.
   *
   * @param consent for people of whom the data does not say what they agreed to
   * @throws EndcapError BAD_INPUT_FILE if it cannot be read, or is something else
   */
  readonly read: (path: string, consent: Consent) => AsyncIterable<Imported>
}
