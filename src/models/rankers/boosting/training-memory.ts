import { BIN_COUNT } from '../bins/bin-table.ts'
import type { BoostingSettings } from './boosting-settings.ts'
import type { RankingRows } from './ranking-rows.ts'

/**
 * Everything that the parts of a training read and write, as typed arrays, so that threads can share it. Each part
 * (`PartOf`) owns a range of rows, of groups and of feature quads; what it writes is its own, and every sum over
 * parts is a sum of integers, so the number of parts changes no bit.
 */
export type TrainingMemory = {
  readonly partCount: number
  readonly settings: BoostingSettings
  readonly featureCount: number
  readonly rowCount: number
  readonly groups: Int32Array
  /** Rows of each group by label, the highest first; as long as the rows. */
  readonly byLabel: Int32Array
  readonly labels: Float32Array
  /** Empty: all weights are 1. */
  readonly weights: Float32Array
  /** Bins of features 4q .. 4q + 3, a byte each, at `quads[q * rowCount + row]`. */
  readonly quads: Int32Array
  /** Bins 1 .. this of each feature are in use. */
  readonly valueBins: Int32Array
  /** 1 if the feature has missing values. */
  readonly hasMissing: Uint8Array
  readonly scores: Float64Array
  /** What the loss falls by, per unit that the row's score rises (the negative gradient). */
  readonly pulls: Float64Array
  readonly hessians: Float64Array
  /** A sampled row's pull x 2^26 + its hessian, both as integers; 0 for rows that are left out. */
  readonly packed: Float64Array
  /** Number of the leaf that a row is in, at the level that is being grown. */
  readonly leafOfRow: Uint8Array
  /** Rows whose leaf is built (not subtracted), by part, from the start of the part's rows; their leaves and sums. */
  readonly builtRows: Int32Array
  readonly builtSlots: Int32Array
  readonly builtPacked: Float64Array
  /** How many of them, by part. */
  readonly builtCounts: Int32Array
  /** Sums of `packed` of this level and of the one above: at `(feature * leaves + leaf) * 128 + bin`. */
  readonly histograms: readonly [Float64Array, Float64Array]
  /** 1: the leaf's histogram is built from its rows, 0: it is its parent's less its sibling's. */
  readonly isBuilt: Uint8Array
  /** Best split by feature (oblivious) or by feature and leaf (perfect). */
  readonly bestGains: Float64Array
  readonly bestBins: Int32Array
  readonly bestMissingRight: Uint8Array
  /** Perfect trees: what the weight of a leaf must lie between, for monotone features. */
  readonly lowest: Float64Array
  readonly highest: Float64Array
  /** The split that was chosen for each leaf of the level. */
  readonly splitFeatures: Int32Array
  readonly splitBins: Int32Array
  readonly splitMissingRight: Uint8Array
  /** Rows by part and leaf of the next level. */
  readonly leafCounts: Int32Array
  /** By part and leaf: pulls and hessians of sampled rows as fine integers, and all rows. */
  readonly leafPulls: Float64Array
  readonly leafHessians: Float64Array
  readonly leafRows: Float64Array
  readonly leafValues: Float32Array
  /** Which tree and level is being grown. */
  readonly place: Int32Array
  readonly scales: Float64Array
}

/** Cells of `place`. */
export const PLACE = { tree: 0, level: 1 } as const

/** Cells of `scales`: integers per unit of pull and hessian, coarse (histograms) and fine (leaves). */
export const SCALE = { pull: 0, hessian: 1, finePull: 2, fineHessian: 3, minChildHessian: 4 } as const

/** Hessians take the lower 26 bits of a packed sum, pulls the upper 26 and the sign. */
export const HESSIAN_RANGE = 2 ** 26

/** Rows whose sums, rounded up, still fit. */
export const MAX_ROWS = 2 ** 24

/** Gives memory that is zero: plain, or shared between threads. */
export type Allocate = (bytes: number) => ArrayBufferLike

export const plainMemory: Allocate = (bytes) => new ArrayBuffer(bytes)

export const quadCountOf = (featureCount: number): number => (featureCount + 3) >> 2

/** @throws Error for more than MAX_ROWS rows */
export function trainingMemory(
  rows: RankingRows,
  settings: BoostingSettings,
  partCount: number,
  allocate: Allocate,
): TrainingMemory {
  const { rowCount, featureCount } = rows.table
  if (rowCount > MAX_ROWS) throw new Error(`bug: ${rowCount} rows, at most ${MAX_ROWS} can be learnt from`)
  const int32 = (size: number) => new Int32Array(allocate(size * 4))
  const float64 = (size: number) => new Float64Array(allocate(size * 8))
  const float32 = (size: number) => new Float32Array(allocate(size * 4))
  const uint8 = (size: number) => new Uint8Array(allocate(size))
  const leaves = 1 << settings.depth
  const splitLeaves = leaves / 2
  const paddedFeatures = quadCountOf(featureCount) * 4
  const histogram = () => float64(paddedFeatures * splitLeaves * BIN_COUNT)
  const memory: TrainingMemory = {
    partCount,
    settings,
    featureCount,
    rowCount,
    groups: int32(rows.groups.length),
    byLabel: int32(rowCount),
    labels: float32(rowCount),
    weights: float32(rows.weights?.length ?? 0),
    quads: int32(quadCountOf(featureCount) * rowCount),
    valueBins: int32(paddedFeatures),
    hasMissing: uint8(paddedFeatures),
    scores: float64(rowCount),
    pulls: float64(rowCount),
    hessians: float64(rowCount),
    packed: float64(rowCount),
    leafOfRow: uint8(rowCount),
    builtRows: int32(rowCount),
    builtSlots: int32(rowCount),
    builtPacked: float64(rowCount),
    builtCounts: int32(partCount),
    histograms: [histogram(), histogram()],
    isBuilt: uint8(leaves),
    bestGains: float64(paddedFeatures * splitLeaves),
    bestBins: int32(paddedFeatures * splitLeaves),
    bestMissingRight: uint8(paddedFeatures * splitLeaves),
    lowest: float64(leaves),
    highest: float64(leaves),
    splitFeatures: int32(splitLeaves),
    splitBins: int32(splitLeaves),
    splitMissingRight: uint8(splitLeaves),
    leafCounts: int32(partCount * leaves),
    leafPulls: float64(partCount * leaves),
    leafHessians: float64(partCount * leaves),
    leafRows: float64(partCount * leaves),
    leafValues: float32(leaves),
    place: int32(Object.keys(PLACE).length),
    scales: float64(Object.keys(SCALE).length),
  }
  memory.groups.set(rows.groups)
  memory.labels.set(rows.labels)
  if (rows.weights !== undefined) memory.weights.set(rows.weights)
  fillBins(memory, rows)
  sortByLabel(memory)
  return memory
}

function fillBins(
  memory: TrainingMemory,
  { table: { bins, stride, rowCount, featureCount } }: RankingRows,
): void {
  const { quads, valueBins, hasMissing } = memory
  for (let feature = 0; feature < featureCount; feature += 1) {
    const from = (feature >> 2) * rowCount
    const shift = (feature & 3) * 8
    let highest = 0
    let missing = 0
    for (let row = 0; row < rowCount; row += 1) {
      const bin = bins[feature * stride + row] ?? 0
      if (bin > highest) highest = bin
      if (bin === 0) missing = 1
      quads[from + row] = (quads[from + row] ?? 0) | (bin << shift)
    }
    if (highest >= BIN_COUNT) throw new Error(`bug: feature ${feature} has a bin above ${BIN_COUNT - 1}`)
    valueBins[feature] = highest
    hasMissing[feature] = missing
  }
}

/** Rows of a group by label, then by number. */
function sortByLabel({ groups, byLabel, labels }: TrainingMemory): void {
  for (let group = 0; group + 1 < groups.length; group += 1) {
    const [from, to] = [groups[group] ?? 0, groups[group + 1] ?? 0]
    const sorted = Array.from({ length: to - from }, (_, index) => from + index).sort(
      (a, b) => (labels[b] ?? 0) - (labels[a] ?? 0) || a - b,
    )
    byLabel.set(sorted, from)
  }
}
