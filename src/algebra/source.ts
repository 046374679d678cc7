import type { Columns } from './column.ts'
import type { IntegerExpression, Path } from './expression.ts'

/**
 * A topic of events, or of entity versions, as the catalog declares it. Every engine sees its records with
 * the coordinates `LOG_COLUMNS` beside the declared columns.
 */
export type Source = {
  readonly kind: 'source'
  /** Topic, table and file name. */
  readonly name: string
  readonly columns: Columns
  /** Column that keys the topic: the same value always lies in the same partition. */
  readonly partitionBy: string
  /** Column that holds the instant at which it happened, epoch ms. */
  readonly at: string
  /**
   * Columns whose values, joined by `:`, are the deterministic id of an event. Of several records with the
   * same id the first in log order counts.
   */
  readonly id: readonly [string, ...string[]]
  /**
   * True where a record is a version of an entity, not something that happened once: the winner is the greatest
   * (at, offset), so a version may come late.
   */
  readonly isEntity?: true
  /** Expressions with a range of their own, checked before a record counts: a row outside is refused. */
  readonly checks: readonly Check[]
}

export type Check = {
  /** Reason in the dead letter. */
  readonly reason: string
  readonly value: IntegerExpression
  readonly min: number
  readonly max: number
}

export const source = (definition: Omit<Source, 'kind'>): Source =>
  Object.freeze({ kind: 'source', ...definition })

/** What the log adds to each record: where it lies and when it was logged (the record's timestamp, epoch ms). */
export const LOG_COLUMNS = {
  partition: 'log_partition',
  offset: 'log_offset',
  loggedAt: 'logged_at',
} as const

/** Why a record is refused before it counts, in the order in which the reasons are tried. */
export const REFUSALS = {
  missing: 'missing_field',
  id: 'bad_id',
  range: 'out_of_range',
  word: 'unknown_word',
  late: 'too_late',
  future: 'from_future',
} as const

/** How late, and how early, an event may be logged. */
export type Horizon = { readonly lateMs: number; readonly futureMs: number }

export type LogCoordinates = {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Epoch ms of the record's timestamp; an import of history sets it to the event's own instant. */
  readonly loggedAt: number
}

/** A record as it lies in the log: parsed, of the declared shape, not yet admitted. */
export type LoggedRecord = LogCoordinates & { readonly value: RecordValue }

export type Value = string | number | boolean | null | undefined | readonly Value[] | RecordValue
export type RecordValue = { readonly [field: string]: Value }

export type { Path }
