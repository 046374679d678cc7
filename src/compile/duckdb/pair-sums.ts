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
 * (INTEGER, INTEGER, BIGINT). `past` and `together` give one half: row_item <= column_item. The position
 * that a gap leads to is materialised before it is joined: left to itself DuckDB 1.5 joins on the shopper alone and
 * filters after, which costs the square of a history (20 times as long on Online Retail).
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
  return `WITH weights (gap, weight) AS (VALUES ${tuples(weights)}),
reach AS MATERIALIZED (
  SELECT shopper, item, (position + gap)::INTEGER AS position, weight
  FROM ${sequences}
  CROSS JOIN weights
)
SELECT
  reach.item AS row_item,
  later.item AS column_item,
  SUM(reach.weight)::BIGINT AS weight
FROM reach
JOIN ${sequences} AS later
  ON later.shopper = reach.shopper
  AND later.position = reach.position
GROUP BY ALL`
}

/** Two positions of one item add to the diagonal from both sides; a position with itself adds once. */
function past({ sequences, pastByGapAndRest }: PairSumsInput): string {
  const weights = pastByGapAndRest.flatMap((byRest, gap) => byRest.map((weight, rest) => [gap, rest, weight]))
  const gaps = [...pastByGapAndRest.keys()].map((gap) => [gap])
  const lastRest = Math.max(0, ...pastByGapAndRest.map((byRest) => byRest.length - 1))
  return `WITH weights (gap, rest, weight) AS (VALUES ${tuples(weights)}),
gaps (gap) AS (VALUES ${tuples(gaps)}),
reach AS MATERIALIZED (
  SELECT shopper, item, (position + gap)::INTEGER AS position, gap
  FROM ${sequences}
  CROSS JOIN gaps
),
pairs AS MATERIALIZED (
  SELECT
    reach.item AS one,
    later.item AS other,
    reach.gap,
    LEAST(later.size - 2 - later.position, ${integerLiteral(lastRest)})::BIGINT AS rest
  FROM reach
  JOIN ${sequences} AS later
    ON later.shopper = reach.shopper
    AND later.position = reach.position
)
SELECT
  LEAST(one, other) AS row_item,
  GREATEST(one, other) AS column_item,
  SUM(CASE WHEN one = other AND pairs.gap > 0 THEN 2 * weight ELSE weight END)::BIGINT AS weight
FROM pairs
JOIN weights
  ON weights.gap = pairs.gap
  AND weights.rest = pairs.rest
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
