import type { BinTable } from './bins/bin-table.ts'
import { conditionAt, conditionsOf, type Forest, nodesOf } from './forest.ts'
import { leafOf } from './plain-score.ts'

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
  const { depth, features, leaves, expectations } = forest
  const conditions = conditionsOf(forest)
  const nodes = nodesOf(depth)
  contributions.fill(0)
  for (let tree = 0; tree < forest.treeCount; tree += 1) {
    const leaf = leafOf(forest, tree, table, row)
    let expected = expectations[tree * nodes] ?? 0
    for (let level = 0; level < depth; level += 1) {
      const path = leaf >> (depth - level)
      const feature = features[tree * conditions + conditionAt(forest.shape, level, path)] ?? 0
      const child = leaf >> (depth - level - 1)
      const next =
        level + 1 === depth
          ? (leaves[(tree << depth) + leaf] ?? 0)
          : (expectations[tree * nodes + (2 << level) - 1 + child] ?? 0)
      contributions[feature] = (contributions[feature] ?? 0) + next - expected
      expected = next
    }
  }
}
