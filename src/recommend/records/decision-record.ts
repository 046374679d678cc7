import { EndcapError } from '../../core/errors.ts'
import type { DecisionRequest } from '../decision.ts'
import type { SelectionSettings, Slot } from '../select.ts'

/** What this code writes, and the only thing that it reads. */
export const RECORD_FORMAT = 1

/** A product that could have been shown, with what chose among them. */
export type RecordedCandidate = {
  readonly sku: string
  readonly category: string
  /** Null without one. */
  readonly brand: string | null
  readonly score: number
  /** By which it was ordered: the score of its best variant. */
  readonly rankScore: number
  readonly isExplored: boolean
}

export type RecordedItem = {
  readonly sku: string
  readonly score: number
  readonly propensity: number
  readonly by: Slot['by']
  /** Minor units, before and after offers. */
  readonly priceCents: number
  readonly paidCents: number
}

/**
 * One decision, whole enough to be made again: what was asked, at which coordinates, what could have been shown with
 * what each source said of it, and what was. A request's ids are kept only where the person's events were used.
 */
export type DecisionRecord = {
  readonly format: typeof RECORD_FORMAT
  readonly decisionId: string
  /** Epoch ms. */
  readonly decidedAt: number
  readonly asOf: number
  readonly logPosition: number
  readonly personalised: boolean
  readonly request: DecisionRequest
  /** Null before the first training. */
  readonly model: string | null
  readonly ranker: string
  readonly settings: SelectionSettings
  /** Coordinates of the sales by group that were at hand; null without, absent in records of before they were noted. */
  readonly segments?: { readonly asOf: number; readonly position: number } | null
  /** Names of the sources, then of the feature columns that the ranker reads. */
  readonly columns: readonly string[]
  /** The shortlist, by (-rankScore, sku), explored ones last. */
  readonly candidates: readonly RecordedCandidate[]
  /** What each source said, and each feature column, NaN where it is missing: candidates x columns, row by row. */
  readonly values: Float32Array
  readonly shown: readonly RecordedItem[]
}

/** JSON, the values as base64 of little-endian float32. */
export function encodeRecord(record: DecisionRecord): string {
  const { values } = record
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
  return JSON.stringify({ ...record, values: bytes.toString('base64') })
}

/** @throws EndcapError CORRUPT for anything that `encodeRecord` did not write, UNKNOWN_FORMAT */
export function decodeRecord(text: string): DecisionRecord {
  try {
    const read = JSON.parse(text) as Omit<DecisionRecord, 'values'> & { readonly values: string }
    if (read.format !== RECORD_FORMAT) {
      throw new EndcapError(
        'UNKNOWN_FORMAT',
        `a decision record has format ${read.format}, not ${RECORD_FORMAT}`,
      )
    }
    const bytes = Uint8Array.from(Buffer.from(read.values, 'base64'))
    return { ...read, values: new Float32Array(bytes.buffer) }
  } catch (cause) {
    if (cause instanceof EndcapError) throw cause
    throw new EndcapError('CORRUPT', 'a decision record cannot be read', { cause })
  }
}
