import { CategoryTree } from '../../models/candidates/category-tree.ts'
import { Labels } from '../../models/candidates/labels.ts'
import type { Ranker } from '../../models/candidates/ranker.ts'
import { likenessOf } from '../likeness.ts'
import { select } from '../select.ts'
import type { DecisionRecord } from './decision-record.ts'

export type Replayed = {
  /** Skus by slot, as the record gives them again. */
  readonly items: readonly string[]
  readonly propensities: readonly number[]
  /** What differs from what was shown, in words; empty if it is the same. */
  readonly differences: readonly string[]
  /** Whether the scores were computed again: not if the ranker that made them is away. */
  readonly isScored: boolean
}

/**
 * Makes a decision again from its record alone: scores from the recorded values by the same ranker, then the slots
 * from the scores, settings and seed.
 *
 * @param ranker the one at hand; another version than the record's leaves the scores as recorded
 */
export function replay(record: DecisionRecord, ranker: Ranker): Replayed {
  const { candidates, settings, shown } = record
  const isScored = ranker.version === record.ranker
  const differences = isScored ? scoreDifferences(record, ranker) : []
  const categories = new CategoryTree()
  const brands = new Labels()
  const kinds = candidates.map(({ category, brand }) => ({
    category: categories.intern(category),
    brand: brand === null ? -1 : brands.intern(brand),
  }))
  const likeness = likenessOf(categories)
  const alike = (a: number, b: number): number => {
    const [left, right] = [kinds[a], kinds[b]]
    return left === undefined || right === undefined ? 0 : likeness(left, right)
  }
  const slots = select(candidates, alike, settings)
  const items = slots.map(({ choice }) => candidates[choice]?.sku ?? '')
  const propensities = slots.map(({ propensity }) => propensity)
  for (let slot = 0; slot < Math.max(items.length, shown.length); slot += 1) {
    const before = shown[slot]
    if (before?.sku !== items[slot]) {
      differences.push(
        `slot ${slot}: '${before?.sku ?? 'nothing'}' was shown, '${items[slot] ?? 'nothing'}' comes out`,
      )
    } else if (before?.propensity !== propensities[slot]) {
      differences.push(
        `slot ${slot}: propensity ${before?.propensity} was logged, ${propensities[slot]} comes out`,
      )
    }
  }
  return { items, propensities, differences, isScored }
}

function scoreDifferences(
  { candidates, columns, values, request }: DecisionRecord,
  ranker: Ranker,
): string[] {
  const rowCount = candidates.length
  const scores = new Float64Array(rowCount)
  const matrix = {
    rowCount,
    items: Int32Array.from(candidates, (_, row) => row),
    columns: columns.map((_, column) =>
      Float32Array.from(candidates, (_candidate, row) => values[row * columns.length + column] ?? 0),
    ),
  }
  ranker.score(matrix, request.page, scores)
  return candidates.flatMap(({ sku, score }, row) =>
    scores[row] === score ? [] : [`'${sku}': score ${score} was recorded, ${scores[row]} comes out`],
  )
}
