/**
 * What a column may hold. Integers carry their range, so that sums can be bounded below 2^53; ids match
 * `ID_PATTERN`; enums are closed sets of id-like words; text is carried but never compared or ordered.
 */
export type ColumnType =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number; readonly nullable: boolean }
  | { readonly kind: 'id'; readonly nullable: boolean }
  | { readonly kind: 'enum'; readonly values: readonly string[]; readonly nullable: boolean }
  | { readonly kind: 'text'; readonly nullable: boolean }
  | { readonly kind: 'boolean'; readonly nullable: boolean }
  | { readonly kind: 'record'; readonly fields: Columns; readonly nullable: boolean }
  | { readonly kind: 'list'; readonly item: ColumnType; readonly nullable: boolean }
  | { readonly kind: 'map'; readonly nullable: boolean }

export type Columns = { readonly [name: string]: ColumnType }

/** The largest integer that JavaScript numbers, BIGINT and their sums carry exactly. */
export const MAX_EXACT = Number.MAX_SAFE_INTEGER

/** Latest instant that any event may carry: 2100-01-01T00:00:00Z. Instants are never negative. */
export const MAX_INSTANT_MS = 4_102_444_800_000
