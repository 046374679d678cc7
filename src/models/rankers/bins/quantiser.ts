import { seededRandom } from '../../../core/random.ts'
import { type BinTable, emptyBinTable, LAST_BIN, MISSING_BIN } from './bin-table.ts'

/** Features as float32, column after column: `values[feature * rowCount + row]`; NaN: missing; never infinite. */
export type FeatureTable = {
  readonly rowCount: number
  readonly featureCount: number
  readonly values: Float32Array
}

/**
 * Where bins end. The value bins of a feature are 1 .. `edges of it` + 1; a value is in the first bin whose upper
 * edge it does not exceed, and in the last bin if it exceeds all of them.
 */
export type Quantiser = {
  readonly featureCount: number
  /** Feature f has the edges [starts[f], starts[f + 1]); features + 1 numbers. */
  readonly starts: Int32Array
  /** Upper edges, strictly ascending within a feature. */
  readonly edges: Float32Array
}

export type QuantiserOptions = {
  /** Rows that the edges are taken from, drawn by the seed; more cost time, not quality. */
  readonly sampleRows: number
  /** Bins of values, 2..127. */
  readonly valueBins: number
  readonly seed: number
}

export const QUANTISER_DEFAULTS: QuantiserOptions = { sampleRows: 100_000, valueBins: LAST_BIN, seed: 1 }

/**
 * Edges at which every bin holds about as many rows; a value that is in more rows than that gets a bin of its own.
 * Edges lie midway between two values that were seen.
 * @throws Error if a value is infinite
 */
export function fitQuantiser(table: FeatureTable, options: Partial<QuantiserOptions> = {}): Quantiser {
  const { sampleRows, valueBins, seed } = { ...QUANTISER_DEFAULTS, ...options }
  const rows = sampledRows(table.rowCount, sampleRows, seed)
  const perFeature = Array.from({ length: table.featureCount }, (_, feature) =>
    edgesOf(sortedValues(table, feature, rows), valueBins),
  )
  return quantiserOf(perFeature)
}

/** A quantiser of given upper edges, a list a feature. */
export function quantiserOf(edgesByFeature: readonly (readonly number[])[]): Quantiser {
  const starts = new Int32Array(edgesByFeature.length + 1)
  edgesByFeature.forEach((edges, feature) => {
    starts[feature + 1] = (starts[feature] ?? 0) + edges.length
  })
  return { featureCount: edgesByFeature.length, starts, edges: Float32Array.from(edgesByFeature.flat()) }
}

/** A whole table of features as bins. */
export function quantise(quantiser: Quantiser, table: FeatureTable): BinTable {
  const binned = emptyBinTable(table.rowCount, table.featureCount)
  const toBins = columnQuantiser(quantiser)
  for (let feature = 0; feature < table.featureCount; feature += 1) {
    const values = table.values.subarray(feature * table.rowCount, (feature + 1) * table.rowCount)
    toBins(feature, values, binned.bins, feature * binned.stride)
  }
  return binned
}

/** Writes the bins of `values` of one feature to `bins`, from `offset` on. */
export type ColumnQuantiser = (
  feature: number,
  values: Float32Array,
  bins: Uint8Array,
  offset: number,
) => void

const GUIDE_CELLS = 256

/** Looks bins up from a table of guesses, each then put right, so it is as exact as a search. */
export function columnQuantiser({ featureCount, starts, edges }: Quantiser): ColumnQuantiser {
  const guide = new Uint8Array(featureCount * GUIDE_CELLS)
  const lows = new Float64Array(featureCount)
  const scales = new Float64Array(featureCount)
  for (let feature = 0; feature < featureCount; feature += 1) {
    const own = edges.subarray(starts[feature], starts[feature + 1])
    const low = own[0] ?? 0
    const width = (own.at(-1) ?? 0) - low
    lows[feature] = low
    scales[feature] = width > 0 ? GUIDE_CELLS / width : 0
    let place = 0
    for (let cell = 0; cell < GUIDE_CELLS; cell += 1) {
      while (place < own.length && (own[place] ?? 0) < low + (cell * width) / GUIDE_CELLS) place += 1
      guide[feature * GUIDE_CELLS + cell] = place
    }
  }
  return (feature, values, bins, offset) => {
    const first = starts[feature] ?? 0
    const count = (starts[feature + 1] ?? 0) - first
    const low = lows[feature] ?? 0
    const scale = scales[feature] ?? 0
    for (let row = 0; row < values.length; row += 1) {
      const value = values[row] ?? 0
      if (Number.isNaN(value)) {
        bins[offset + row] = MISSING_BIN
        continue
      }
      const cell = Math.min(Math.max(Math.floor((value - low) * scale), 0), GUIDE_CELLS - 1)
      let place = guide[feature * GUIDE_CELLS + cell] ?? 0
      while (place > 0 && value <= (edges[first + place - 1] ?? 0)) place -= 1
      while (place < count && value > (edges[first + place] ?? 0)) place += 1
      bins[offset + row] = place + 1
    }
  }
}

/** Bins that values of the feature can have: 1 .. this. */
export const valueBinCount = ({ starts }: Quantiser, feature: number): number =>
  (starts[feature + 1] ?? 0) - (starts[feature] ?? 0) + 1

function sampledRows(rowCount: number, size: number, seed: number): Int32Array {
  if (rowCount <= size) return Int32Array.from({ length: rowCount }, (_, row) => row)
  const random = seededRandom(`quantiser ${seed}`)
  return Int32Array.from({ length: size }, () => random.below(rowCount))
}

function sortedValues({ rowCount, values }: FeatureTable, feature: number, rows: Int32Array): Float32Array {
  const sample = new Float32Array(rows.length)
  let size = 0
  for (const row of rows) {
    const value = values[feature * rowCount + row] ?? Number.NaN
    if (Number.isNaN(value)) continue
    if (!Number.isFinite(value)) throw new Error(`bug: feature ${feature} is infinite in row ${row}`)
    sample[size] = value
    size += 1
  }
  return sample.subarray(0, size).sort()
}

/** Greedy: a bin ends where it holds its share of the rows that are left, and around values that hold one alone. */
function edgesOf(sorted: Float32Array, maxBins: number): number[] {
  const { values, counts } = distinct(sorted)
  const edges: number[] = []
  let rowsLeft = sorted.length
  let inBin = 0
  for (let index = 0; index + 1 < values.length; index += 1) {
    inBin += counts[index] ?? 0
    const binsLeft = maxBins - edges.length
    if (binsLeft <= 1) break
    const share = values.length <= maxBins ? 0 : rowsLeft / binsLeft
    const nextIsBig = (counts[index + 1] ?? 0) >= share
    if (inBin < share && !(nextIsBig && inBin * 2 >= share)) continue
    edges.push(midway(values[index] ?? 0, values[index + 1] ?? 0))
    rowsLeft -= inBin
    inBin = 0
  }
  return edges
}

function distinct(sorted: Float32Array): { values: number[]; counts: number[] } {
  const values: number[] = []
  const counts: number[] = []
  for (const value of sorted) {
    const last = values.length - 1
    if (last >= 0 && values[last] === value) counts[last] = (counts[last] ?? 0) + 1
    else {
      values.push(value)
      counts.push(1)
    }
  }
  return { values, counts }
}

/** A float32 at or above `low` and below `high`. */
function midway(low: number, high: number): number {
  const middle = Math.fround(low + (high - low) / 2)
  return middle < high ? middle : low
}
