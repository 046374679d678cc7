import { type BinTable, LAST_BIN, MISSING_BIN, strideOf } from './bins/bin-table.ts'
import { type Forest, nodesOf } from './forest.ts'

/** Scores rows by one forest; keeps its scratch memory between calls, so one scorer is for one thread. */
export type ForestScorer = {
  /** Writes the scores of rows [0, rowCount) of the table, and no other cell; the bits are those of `plainScore`. */
  readonly score: (table: BinTable, out: Float64Array) => void
}

export const forestScorer = (forest: Forest): ForestScorer =>
  forest.shape === 'oblivious' ? packedScorer(forest) : perfectScorer(forest)

const HIGH_BITS = 0x80808080 | 0
const ONES = 0x01010101

/** What the packed kernel reads: conditions with the place of their column, thresholds in all four bytes. */
type PackedForest = Pick<Forest, 'depth' | 'treeCount' | 'leaves'> & {
  readonly columns: Int32Array
  readonly steps: Int32Array
}

/**
 * Four rows in one int32, a byte each. `(bins | 0x80) - (bin + 1)` keeps a byte's high bit exactly if its 7-bit bin
 * exceeds `bin`, and never borrows from the next row. A missing value that goes right is read from a second copy of
 * its column, in which it has the highest bin.
 */
function packedScorer(forest: Forest): ForestScorer {
  const { depth, treeCount, leaves } = forest
  const { columns, highFeatures } = columnsOf(forest)
  const steps = Int32Array.from(forest.bins, (bin) => Math.imul(bin + 1, ONES))
  const packed = { depth, treeCount, leaves, columns, steps }
  const columnCount = forest.featureCount + highFeatures.length
  const addTrees = depth === 6 ? addTreesOfDepth6 : addTreesOfAnyDepth
  let scratch = new Int32Array(0)
  let sums = new Float64Array(0)
  return {
    score: (table, out) => {
      const words = strideOf(table.rowCount) / 4
      if (sums.length < words * 4) {
        scratch = new Int32Array(columnCount * words)
        sums = new Float64Array(words * 4)
      }
      copyColumns(scratch, words, table, highFeatures)
      sums.fill(forest.base, 0, words * 4)
      addTrees(packed, scratch, words, sums)
      for (let row = 0; row < table.rowCount; row += 1) out[row] = sums[row] ?? 0
    },
  }
}

/** Features with missing values that go right have a second column, after all the first ones. */
function columnsOf({ features, missingRight, featureCount }: Forest): {
  readonly columns: Int32Array
  readonly highFeatures: readonly number[]
} {
  const highFeatures = [...new Set(features.filter((_, condition) => missingRight[condition] === 1))]
  const columns = features.map((feature, condition) =>
    missingRight[condition] === 1 ? featureCount + highFeatures.indexOf(feature) : feature,
  )
  return { columns, highFeatures }
}

function copyColumns(
  scratch: Int32Array,
  words: number,
  { bins, stride, featureCount }: BinTable,
  highFeatures: readonly number[],
): void {
  const bytes = new Uint8Array(scratch.buffer)
  for (let feature = 0; feature < featureCount; feature += 1) {
    bytes.set(bins.subarray(feature * stride, feature * stride + words * 4), feature * words * 4)
  }
  highFeatures.forEach((feature, index) => {
    const from = feature * words
    const to = (featureCount + index) * words
    for (let word = 0; word < words; word += 1) {
      const four = scratch[from + word] ?? 0
      const missing = ((((four | HIGH_BITS) - ONES) & HIGH_BITS) ^ HIGH_BITS) >>> 7
      scratch[to + word] = four | Math.imul(missing, LAST_BIN)
    }
  })
}

function addTreesOfDepth6(
  { columns, steps, leaves, treeCount }: PackedForest,
  bins: Int32Array,
  words: number,
  sums: Float64Array,
): void {
  for (let tree = 0; tree < treeCount; tree += 1) {
    const at = tree * 6
    const [c0, s0] = [(columns[at] ?? 0) * words, steps[at] ?? 0]
    const [c1, s1] = [(columns[at + 1] ?? 0) * words, steps[at + 1] ?? 0]
    const [c2, s2] = [(columns[at + 2] ?? 0) * words, steps[at + 2] ?? 0]
    const [c3, s3] = [(columns[at + 3] ?? 0) * words, steps[at + 3] ?? 0]
    const [c4, s4] = [(columns[at + 4] ?? 0) * words, steps[at + 4] ?? 0]
    const [c5, s5] = [(columns[at + 5] ?? 0) * words, steps[at + 5] ?? 0]
    const first = tree << 6
    for (let word = 0, row = 0; word < words; word += 1, row += 4) {
      const four =
        (((((bins[c0 + word] ?? 0) | HIGH_BITS) - s0) & HIGH_BITS) >>> 2) |
        (((((bins[c1 + word] ?? 0) | HIGH_BITS) - s1) & HIGH_BITS) >>> 3) |
        (((((bins[c2 + word] ?? 0) | HIGH_BITS) - s2) & HIGH_BITS) >>> 4) |
        (((((bins[c3 + word] ?? 0) | HIGH_BITS) - s3) & HIGH_BITS) >>> 5) |
        (((((bins[c4 + word] ?? 0) | HIGH_BITS) - s4) & HIGH_BITS) >>> 6) |
        (((((bins[c5 + word] ?? 0) | HIGH_BITS) - s5) & HIGH_BITS) >>> 7)
      sums[row] = (sums[row] ?? 0) + (leaves[first + (four & 63)] ?? 0)
      sums[row + 1] = (sums[row + 1] ?? 0) + (leaves[first + ((four >>> 8) & 63)] ?? 0)
      sums[row + 2] = (sums[row + 2] ?? 0) + (leaves[first + ((four >>> 16) & 63)] ?? 0)
      sums[row + 3] = (sums[row + 3] ?? 0) + (leaves[first + (four >>> 24)] ?? 0)
    }
  }
}

function addTreesOfAnyDepth(
  { columns, steps, leaves, depth, treeCount }: PackedForest,
  bins: Int32Array,
  words: number,
  sums: Float64Array,
): void {
  for (let tree = 0; tree < treeCount; tree += 1) {
    const first = tree << depth
    for (let word = 0, row = 0; word < words; word += 1, row += 4) {
      let four = 0
      for (let level = 0; level < depth; level += 1) {
        const condition = tree * depth + level
        const bin = bins[(columns[condition] ?? 0) * words + word] ?? 0
        const right = (((bin | HIGH_BITS) - (steps[condition] ?? 0)) & HIGH_BITS) >>> 7
        four |= right << (depth - 1 - level)
      }
      sums[row] = (sums[row] ?? 0) + (leaves[first + (four & 255)] ?? 0)
      sums[row + 1] = (sums[row + 1] ?? 0) + (leaves[first + ((four >>> 8) & 255)] ?? 0)
      sums[row + 2] = (sums[row + 2] ?? 0) + (leaves[first + ((four >>> 16) & 255)] ?? 0)
      sums[row + 3] = (sums[row + 3] ?? 0) + (leaves[first + (four >>> 24)] ?? 0)
    }
  }
}

function perfectScorer(forest: Forest): ForestScorer {
  const { depth, treeCount, base, features, bins: thresholds, missingRight, leaves } = forest
  const nodes = nodesOf(depth)
  return {
    score: ({ bins, stride, rowCount }, out) => {
      for (let row = 0; row < rowCount; row += 1) out[row] = base
      for (let tree = 0; tree < treeCount; tree += 1) {
        for (let row = 0; row < rowCount; row += 1) {
          let node = 0
          for (let level = 0; level < depth; level += 1) {
            const condition = tree * nodes + node
            const bin = bins[(features[condition] ?? 0) * stride + row] ?? 0
            const counted = bin === MISSING_BIN && missingRight[condition] === 1 ? LAST_BIN : bin
            node = node * 2 + (counted > (thresholds[condition] ?? 0) ? 2 : 1)
          }
          out[row] = (out[row] ?? 0) + (leaves[(tree << depth) + node - nodes] ?? 0)
        }
      }
    },
  }
}
