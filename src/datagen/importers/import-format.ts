import type { RecordValue } from '../../algebra/source.ts'
import type { Customer } from '../../catalog/events/customers.ts'

/** What one line of the input became: nothing is lost silently. */
export type Imported =
  | { readonly kind: 'event'; readonly topic: string; readonly value: RecordValue }
  /** Left out by a rule of the format: it says nothing about a shopper and a product. */
  | { readonly kind: 'skipped'; readonly rule: string }
  /** Taken, with a loss or a guess that the format documents: by rule, how often. Said once, after its events. */
  | { readonly kind: 'noted'; readonly rule: string; readonly count: number }
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

/**
 * Reads tables in files that need an engine (Parquet). Whoever wires the program provides it, so that formats do
 * not depend on the engine.
 */
export type TableReader = {
  readonly columns: (path: string) => Promise<readonly string[]>
  /** Batches of rows in file order. Instants are epoch ms, decimals and integers beyond 2^53 text. */
  readonly rows: (path: string, columns?: readonly string[]) => AsyncIterable<readonly RecordValue[]>
}

/** What a user says about files whose columns are not ours. */
export type ColumnChoices = {
  /** Topic of every row; absent: the file's name is one. */
  readonly topic?: string
  /** Column of the file to field of the contract. */
  readonly map?: ReadonlyMap<string, string>
  /** Field of the contract to the value that every row has. */
  readonly set?: ReadonlyMap<string, string>
}

export type ImportInput = ColumnChoices & { readonly tables?: TableReader }

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
   * @param input what the format needs beyond the path
   * @throws EndcapError BAD_INPUT_FILE if it cannot be read, or is something else; USAGE if columns are missing
   */
  readonly read: (path: string, consent: Consent, input?: ImportInput) => AsyncIterable<Imported>
}
