import { type BinTable, LAST_BIN, MISSING_BIN } from './bins/bin-table.ts'
import { conditionAt, conditionsOf, type Forest } from './forest.ts'

/** The leaf, within its tree, that a row reaches. */
export function leafOf(forest: Forest, tree: number, { bins, stride }: BinTable, row: number): number {
  const first = tree * conditionsOf(forest)
  let path = 0
  for (let level = 0; level < forest.depth; level += 1) {
    const condition = first + conditionAt(forest.shape, level, path)
    const bin = bins[(forest.features[condition] ?? 0) * stride + row] ?? 0
    const counted = bin === MISSING_BIN && forest.missingRight[condition] === 1 ? LAST_BIN : bin
    path = path * 2 + (counted > (forest.bins[condition] ?? 0) ? 1 : 0)
  }
  return path
}

/** The definition of a score: the leaves of the trees, one after the other, added to the base in float64. */
export function plainScore(forest: Forest, table: BinTable, row: number): number {
  let score = forest.base
  for (let tree = 0; tree < forest.treeCount; tree += 1) {
    score += forest.leaves[(tree << forest.depth) + leafOf(forest, tree, table, row)] ?? 0
  }
  return score
}
