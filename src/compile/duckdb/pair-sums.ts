import { integerLiteral } from '../sql-writer.ts'

/** Tables of dense integers that the statements read, and the weights that they add. */
export type PairSumsInput = {
  /** `(shopper INTEGER, position INTEGER, item INTEGER, size INTEGER)`; positions from 0, size = events. */
  readonly sequences: string
  /** `(shopper INTEGER, item INTEGER)` without repeats. */
  readonly distinctItems: string
  /** `successionByGap[g]`: added by positions g apart; [0] is not used. */
  readonly successionByGap: readonly number[]
  /** `pastByGapAndRest[g][r]`, r steps from the later position to the last but one, at most the row's last. */
  readonly pastByGapAndRest: readonly (readonly number[])[]
}

/**
 * Three statements that sum pairs of positions by self join, exact integers: `row_item, column_item, weight`
 * (INTEGER, INTEGER, BIGINT). `past` and `together` give one half: row_item <= column_item. Joined on position
 * plus gap, so the work grows with events x gaps, not with the square of a history.
 */
export function pairSumsSql(input: PairSumsInput): {
  readonly succession: string
  readonly past: string
  readonly together: string
} {
  return { succession: succession(input), past: past(input), together: together(input) }
}

function succession({ sequences, successionByGap }: PairSumsInput): string {
  const weights = [...successionByGap.entries()].filter(([gap, weight]) => gap > 0 && weight > 0)
  return `WITH weights (gap, weight) AS (VALUES ${tuples(weights)})
SELECT
  earlier.item AS row_item,
  later.item AS column_item,
  SUM(weights.weight)::BIGINT AS weight
FROM ${sequences} AS earlier
CROSS JOIN weights
JOIN ${sequences} AS later
  ON later.shopper = earlier.shopper
  AND later.position = earlier.position + weights.gap
GROUP BY ALL`
}

/** Two positions of one item add to the diagonal from both sides; a position with itself adds once. */
function past({ sequences, pastByGapAndRest }: PairSumsInput): string {
  const weights = pastByGapAndRest.flatMap((byRest, gap) => byRest.map((weight, rest) => [gap, rest, weight]))
  const lastRest = Math.max(0, ...pastByGapAndRest.map((byRest) => byRest.length - 1))
  return `WITH weights (gap, rest, weight) AS (VALUES ${tuples(weights)}),
gaps (gap) AS (SELECT DISTINCT gap FROM weights)
SELECT
  LEAST(earlier.item, later.item) AS row_item,
  GREATEST(earlier.item, later.item) AS column_item,
  SUM(CASE WHEN earlier.item = later.item AND gaps.gap > 0 THEN 2 * weights.weight ELSE weights.weight END)::BIGINT AS weight
FROM ${sequences} AS earlier
CROSS JOIN gaps
JOIN ${sequences} AS later
  ON later.shopper = earlier.shopper
  AND later.position = earlier.position + gaps.gap
JOIN weights
  ON weights.gap = gaps.gap
  AND weights.rest = LEAST(later.size - 2 - later.position, ${integerLiteral(lastRest)})
GROUP BY ALL`
}

const together = ({ distinctItems }: PairSumsInput): string => `SELECT
  one.item AS row_item,
  other.item AS column_item,
  COUNT(*)::BIGINT AS weight
FROM ${distinctItems} AS one
JOIN ${distinctItems} AS other
  ON other.shopper = one.shopper
  AND other.item >= one.item
GROUP BY ALL`

const tuples = (rows: readonly (readonly number[])[]): string =>
  rows.map((row) => `(${row.map((value) => `${integerLiteral(value)}::BIGINT`).join(', ')})`).join(', ')
