import { type BinTable, LAST_BIN, MISSING_BIN } from './bins/bin-table.ts'
import { conditionsOf, type Forest, nodesOf } from './forest.ts'

/** The score of a row that nothing is known of: `base` of the reasons of every row. */
export function expectedScore({ base, depth, treeCount, expectations }: Forest): number {
  const nodes = nodesOf(depth)
  let sum = base
  for (let tree = 0; tree < treeCount; tree += 1) sum += expectations[tree * nodes] ?? 0
  return sum
}

/**
 * Why a row has its score: at every condition of its path the expected value changes, and the change goes to the
 * feature that was asked. All cells of `contributions` (one a feature) are overwritten; `expectedScore` plus their
 * sum is the score within 1e-6.
 * @source Saabas, "Interpreting random forests" (2014)
 */
export function pathReasons(forest: Forest, table: BinTable, row: number, contributions: Float64Array): void {
  const { depth, treeCount, features, bins: thresholds, missingRight, leaves, expectations } = forest
  const { bins, stride } = table
  const conditions = conditionsOf(forest)
  const nodes = nodesOf(depth)
  const isOblivious = forest.shape === 'oblivious'
  contributions.fill(0)
  for (let tree = 0; tree < treeCount; tree += 1) {
    let expected = expectations[tree * nodes] ?? 0
    let path = 0
    for (let level = 0; level < depth; level += 1) {
      const condition = tree * conditions + (isOblivious ? level : (1 << level) - 1 + path)
      const feature = features[condition] ?? 0
      const bin = bins[feature * stride + row] ?? 0
      const counted = bin === MISSING_BIN && missingRight[condition] === 1 ? LAST_BIN : bin
      path = path * 2 + (counted > (thresholds[condition] ?? 0) ? 1 : 0)
      const next =
        level + 1 === depth
          ? (leaves[(tree << depth) + path] ?? 0)
          : (expectations[tree * nodes + (2 << level) - 1 + path] ?? 0)
      contributions[feature] = (contributions[feature] ?? 0) + next - expected
      expected = next
    }
  }
}
