import type { Columns } from './column.ts'
import type { Expression, Path, Predicate } from './expression.ts'
import type { Source } from './source.ts'

/**
 * A union of projections of sources: one canonical row per something that happened. No joins, so that a
 * stream engine answers per event and needs no alignment of watermarks (docs/decisions/0003-no-stream-joins.md).
 *
 * Besides its own columns a row carries its place in the total order: `STREAM_COLUMNS`.
 */
export type Stream = {
  readonly kind: 'stream'
  readonly name: string
  /** Canonical columns; every branch gives each of them (or null, if nullable). */
  readonly columns: Columns
  /** Column with the instant of the row, epoch ms, never null. */
  readonly at: string
  readonly branches: readonly [Branch, ...Branch[]]
}

export type Branch = {
  readonly source: Source
  /** A list column of records: one row per item, its fields under `item`, its place under `item_index`. */
  readonly unnest?: Path
  /** Rows for which this is false are left out (they were admitted; they say nothing here). */
  readonly where?: Predicate
  readonly select: { readonly [column: string]: Expression }
}

/**
 * The total order is (at, topic_number, log_partition, log_offset, item_index): `topic_number` is the place
 * of the branch's source in the stream's branches, `item_index` the place in an unnested list (0 otherwise).
 */
export const STREAM_COLUMNS = {
  topic: 'topic_number',
  partition: 'log_partition',
  offset: 'log_offset',
  item: 'item_index',
} as const

/** Name under which the fields of an unnested item are seen in a branch's expressions. */
export const ITEM = 'item'

export const stream = (definition: Omit<Stream, 'kind'>): Stream =>
  Object.freeze({ kind: 'stream', ...definition })
