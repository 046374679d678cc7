/** Bins are 7-bit numbers, so that four rows fit in one int32 with a bit each to spare. */
export const BIN_COUNT = 128

/** The bin of a missing value; the bins of values are 1 .. 127, ascending. */
export const MISSING_BIN = 0

export const LAST_BIN = BIN_COUNT - 1

/** Rows as bins, column after column: the bin of a feature in a row is `bins[feature * stride + row]`. */
export type BinTable = {
  readonly rowCount: number
  readonly featureCount: number
  /** Cells from one column to the next: a multiple of 4, at least `rowCount`; cells beyond are not read. */
  readonly stride: number
  readonly bins: Uint8Array
}

export const strideOf = (rowCount: number): number => (rowCount + 3) & ~3

/** A table in which everything is missing. */
export function emptyBinTable(rowCount: number, featureCount: number): BinTable {
  const stride = strideOf(rowCount)
  return { rowCount, featureCount, stride, bins: new Uint8Array(stride * featureCount) }
}
