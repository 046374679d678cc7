import type { DecisionRecord } from './decision-record.ts'

/** Where decisions are kept. Keeping one never fails a request and never makes it wait. */
export type DecisionStore = {
  /** Takes it over to be written later; one that finds no room is counted and lost. */
  readonly put: (record: DecisionRecord) => void
  /** Also what is not written yet. Null if there is none, or it is not kept any more. @throws EndcapError CORRUPT */
  readonly get: (decisionId: string) => DecisionRecord | null
  /** All that is written, oldest first. @throws EndcapError CORRUPT */
  readonly all: () => Iterable<DecisionRecord>
  /** Taken over, written, and lost because the disk was too slow or failed. */
  readonly counts: () => { readonly taken: number; readonly written: number; readonly lost: number }
  /** Waits until all that was taken over is written or lost. */
  readonly flush: () => Promise<void>
  readonly close: () => Promise<void>
}
