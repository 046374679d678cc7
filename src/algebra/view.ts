import type { Duration } from '../core/duration.ts'
import type { Columns } from './column.ts'
import type { IntegerExpression, Predicate, WordExpression } from './expression.ts'
import type { Stream } from './stream.ts'
import { joinedWords, type VersionJoin } from './version-join.ts'

/** What a tile keeps of the rows of one key. Without a `where`, every row of the key counts. */
export type Measure =
  | { readonly kind: 'count'; readonly where?: Predicate }
  /** Sum of the values that are not null; 0 of none. */
  | { readonly kind: 'sum'; readonly value: IntegerExpression; readonly where?: Predicate }
  /** Least or greatest value that is not null; null of none. */
  | { readonly kind: 'min' | 'max'; readonly value: IntegerExpression; readonly where?: Predicate }
  /**
   * The `limit` last rows of the key by the total order, newest first: for each the word and its instant.
   * A view with a `latest` measure has no other measure.
   */
  | {
      readonly kind: 'latest'
      readonly word: WordExpression
      readonly limit: number
      readonly where?: Predicate
    }

export const TILES = { five_minutes: '5m', hour: '1h', day: '1d' } as const satisfies Record<string, Duration>
export type TileSize = keyof typeof TILES

/** The last `length`, or the same length `shift` earlier. */
export type Window = { readonly length: Duration; readonly shift?: Duration }

/**
 * Measures per key and tile of event time. `sum` kinds (count, sum) add and subtract exactly; `merge` kinds
 * (min, max, latest) merge exactly, and taking out means rebuilding that key from the log.
 */
export type View = {
  readonly kind: 'view'
  readonly name: string
  readonly from: Stream
  /** Makes it a batch view: the lake computes it, no engine keeps it up to date. Its words are columns like the stream's. */
  readonly join?: VersionJoin
  /** Word columns of the stream. Rows with a null in any of them are not in the view. */
  readonly key: readonly [string, ...string[]]
  /** Rows for which this is false are not in the view; absent: all are. Keeps a view of few rows small. */
  readonly where?: Predicate
  readonly tile: TileSize
  readonly measures: { readonly [name: string]: Measure }
  /**
   * No key has more rows than this within `retain`. With the ranges of the values it bounds each sum of tiles
   * below 2^53; the in-process engine checks it while it runs.
   */
  readonly rowsPerKey: number
  readonly retain: Duration
  readonly windows: { readonly [name: string]: Window }
}

export const view = (definition: Omit<View, 'kind'>): View => Object.freeze({ kind: 'view', ...definition })

/** Columns that the keys and expressions of a view see: the stream's, and the words of its join. */
export function viewColumns({ from, join }: Pick<View, 'from' | 'join'>): Columns {
  if (join === undefined) return from.columns
  const words = joinedWords(join).map((name) => [name, { kind: 'id', nullable: true }] as const)
  return { ...from.columns, ...Object.fromEntries(words) }
}

/** 'sum' if every measure can be subtracted, 'sequence' if it keeps latest rows, else 'merge'. */
export function viewKind(definition: View): 'sum' | 'merge' | 'sequence' {
  const kinds = Object.values(definition.measures).map((measure) => measure.kind)
  if (kinds.includes('latest')) return 'sequence'
  return kinds.every((kind) => kind === 'count' || kind === 'sum') ? 'sum' : 'merge'
}

export const count = (where?: Predicate): Measure =>
  Object.freeze({ kind: 'count', ...(where === undefined ? {} : { where }) })
export const sum = (value: IntegerExpression, where?: Predicate): Measure =>
  Object.freeze({ kind: 'sum', value, ...(where === undefined ? {} : { where }) })
export const min = (value: IntegerExpression, where?: Predicate): Measure =>
  Object.freeze({ kind: 'min', value, ...(where === undefined ? {} : { where }) })
export const max = (value: IntegerExpression, where?: Predicate): Measure =>
  Object.freeze({ kind: 'max', value, ...(where === undefined ? {} : { where }) })
export const latest = (word: WordExpression, limit: number, where?: Predicate): Measure =>
  Object.freeze({ kind: 'latest', word, limit, ...(where === undefined ? {} : { where }) })
