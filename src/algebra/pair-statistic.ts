import type { Predicate } from './expression.ts'
import type { Stream } from './stream.ts'

/**
 * An integer function of each owner's ordered history, summed over owners: the *derived* kind. Adding or
 * taking out one event changes several pairs, so an update is minus the owner's old contribution plus the
 * new one. The history is the owner's rows in the total order, the first `maxHistory` of them, positions
 * counted from 0.
 */
export type PairStatistic = {
  readonly kind: 'pairStatistic'
  readonly name: string
  readonly from: Stream
  /** Word column whose equal values make one history; rows with a null are in none. */
  readonly owner: string
  /** Word column of the items that are paired. */
  readonly item: string
  readonly where?: Predicate
  readonly maxHistory: number
  readonly weight: PairWeight
  /** No pair of items gets contributions from more pairs of positions than this; bounds the sums below 2^53. */
  readonly pairsPerKey: number
}

export type PairWeight =
  /** Positions p < q with gap g = q - p add `byGap[g]` to (item at p, item at q). `byGap[0]` is not used. */
  | { readonly kind: 'ordered'; readonly byGap: readonly number[] }
  /**
   * Positions p <= q with gap g add `byGapAndRest[g][r]` to (item at p, item at q) and, unless p = q, to the
   * reverse; r = min(steps from q to the last position but one, length of the row - 1). Pairs with r < 0
   * (q is the last position) add nothing.
   */
  | { readonly kind: 'unordered'; readonly byGapAndRest: readonly (readonly number[])[] }
  /** 1 for each owner whose first `maxDistinct` distinct items hold both; the diagonal counts owners. */
  | { readonly kind: 'together'; readonly maxDistinct: number }

export const pairStatistic = (definition: Omit<PairStatistic, 'kind'>): PairStatistic =>
  Object.freeze({ kind: 'pairStatistic', ...definition })
