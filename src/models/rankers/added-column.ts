import { BIN_COUNT, LAST_BIN } from './bins/bin-table.ts'
import { type FeatureTable, fitQuantiser, type Quantiser, quantise } from './bins/quantiser.ts'
import { type Forest, nodesOf } from './forest.ts'
import type { RankerModel } from './ranker-model.ts'

/** Steps at most; `depth` of them are a tree. */
const MOST_STEPS = 24

export type AddedColumn = {
  readonly name: string
  /** The values of the training rows; missing ones count as the lowest. */
  readonly column: FeatureTable
  /** What a unit of the column adds to the score. */
  readonly weight: number
}

/**
 * The model with `weight` times one more column in its score, as trees behind its own: at most 24 steps between the
 * means of as many bins. So it is scored, exported and explained as the rest is. Of oblivious trees alone.
 */
export function withColumnAdded(
  { featureNames, quantiser, forest }: RankerModel,
  { name, column, weight }: AddedColumn,
): RankerModel {
  const own = fitQuantiser(column, { valueBins: MOST_STEPS + 1 })
  const { rows, means } = binsOf(own, column)
  const borders = Array.from(own.edges.keys(), (edge) => edge + 1)
  const steps = borders.map((bin) => ({
    bin,
    height: weight * ((means[bin + 1] ?? 0) - (means[bin] ?? 0)),
  }))
  return {
    featureNames: [...featureNames, name],
    quantiser: joined(quantiser, own),
    forest: withSteps({ ...forest, featureCount: forest.featureCount + 1 }, steps, rows),
  }
}

/** Rows and their mean value, by bin. */
function binsOf(quantiser: Quantiser, column: FeatureTable) {
  const { bins } = quantise(quantiser, column)
  const [rows, means] = [new Float64Array(BIN_COUNT), new Float64Array(BIN_COUNT)]
  for (let row = 0; row < column.rowCount; row += 1) {
    const bin = bins[row] ?? 0
    rows[bin] = (rows[bin] ?? 0) + 1
    means[bin] = (means[bin] ?? 0) + ((column.values[row] ?? 0) - (means[bin] ?? 0)) / (rows[bin] ?? 1)
  }
  return { rows, means }
}

function joined(one: Quantiser, other: Quantiser): Quantiser {
  const shift = one.edges.length
  return {
    featureCount: one.featureCount + other.featureCount,
    starts: Int32Array.from([...one.starts, ...other.starts.subarray(1).map((start) => start + shift)]),
    edges: Float32Array.from([...one.edges, ...other.edges]),
  }
}

/** A row whose bin of the last feature exceeds the step's gets its height. */
type Step = { readonly bin: number; readonly height: number }

/** Trees over the last feature, a condition a step: a leaf is the sum of the steps that are taken on its path. */
function withSteps(forest: Forest, steps: readonly Step[], rows: Float64Array): Forest {
  const { depth } = forest
  const trees = Math.ceil(steps.length / depth)
  const features = new Int32Array(trees * depth).fill(forest.featureCount - 1)
  const borders = new Uint8Array(trees * depth).fill(LAST_BIN)
  borders.set(steps.map(({ bin }) => bin))
  const leaves: number[] = []
  const expectations: number[] = []
  for (let tree = 0; tree < trees; tree += 1) {
    const heights = steps.slice(tree * depth, (tree + 1) * depth).map(({ height }) => height)
    const values = leavesOf(depth, heights)
    leaves.push(...values)
    const leafRows = rowsByLeaf(borders.subarray(tree * depth, (tree + 1) * depth), rows)
    expectations.push(...expectationsOf(values, leafRows))
  }
  return {
    ...forest,
    treeCount: forest.treeCount + trees,
    features: Int32Array.from([...forest.features, ...features]),
    bins: Uint8Array.from([...forest.bins, ...borders]),
    missingRight: Uint8Array.from([...forest.missingRight, ...new Uint8Array(trees * depth)]),
    leaves: Float32Array.from([...forest.leaves, ...leaves]),
    expectations: Float32Array.from([...forest.expectations, ...expectations]),
  }
}

const leavesOf = (depth: number, heights: readonly number[]): readonly number[] =>
  Array.from({ length: 1 << depth }, (_, leaf) =>
    heights.reduce((sum, height, level) => sum + ((leaf >> (depth - 1 - level)) & 1 ? height : 0), 0),
  )

function rowsByLeaf(borders: Uint8Array, rows: Float64Array): Float64Array {
  const counts = new Float64Array(1 << borders.length)
  for (const [bin, count] of rows.entries()) {
    const leaf = borders.reduce((path, border) => 2 * path + (bin > border ? 1 : 0), 0)
    counts[leaf] = (counts[leaf] ?? 0) + count
  }
  return counts
}

/** By inner node, root first: the mean leaf over the rows that reach it; of none: of both children alike. */
function expectationsOf(leaves: readonly number[], leafRows: Float64Array): readonly number[] {
  const nodes = nodesOf(Math.log2(leaves.length))
  const [rows, means] = [Array.from<number>({ length: nodes }), Array.from<number>({ length: nodes })]
  rows.push(...leafRows)
  means.push(...leaves)
  for (let node = nodes - 1; node >= 0; node -= 1) {
    const [left, right] = [2 * node + 1, 2 * node + 2]
    const all = (rows[left] ?? 0) + (rows[right] ?? 0)
    const share = all === 0 ? 0.5 : (rows[left] ?? 0) / all
    rows[node] = all
    means[node] = share * (means[left] ?? 0) + (1 - share) * (means[right] ?? 0)
  }
  return means.slice(0, nodes)
}
