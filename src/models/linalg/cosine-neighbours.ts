import { mirrored, type SparseRows, transposed } from './sparse-rows.ts'

/**
 * Each row divided by its Euclidean length; empty rows stay empty.
 * @param shrinkage added to the square of each length, so that rows with little in them stay shorter than 1
 */
export function unitRows(matrix: SparseRows, shrinkage = 0): SparseRows {
  const values = matrix.values.slice()
  for (let row = 0; row < matrix.rowCount; row += 1) {
    const [from, to] = [matrix.starts[row] ?? 0, matrix.starts[row + 1] ?? 0]
    let squares = 0
    for (let index = from; index < to; index += 1) squares += (values[index] ?? 0) ** 2
    const length = Math.sqrt(squares + shrinkage)
    if (length > 0)
      for (let index = from; index < to; index += 1) values[index] = (values[index] ?? 0) / length
  }
  return { ...matrix, values }
}

/**
 * Cosine similarity of each row with its `count` most similar other rows (ties by row number), symmetrised: a
 * pair is kept if either keeps it. Rows x rows, without a diagonal; similarities above 0 only. Sums run over
 * the columns in ascending order, so a pair has the same bits from both sides and on every run.
 *
 * @param shrinkage as of `unitRows`
 */
export function cosineNeighbours(features: SparseRows, count: number, shrinkage = 0): SparseRows {
  const unit = unitRows(features, shrinkage)
  const byColumn = transposed(unit)
  const sums = new Float64Array(unit.rowCount)
  const marks = new Int32Array(unit.rowCount).fill(-1)
  const touched = new Int32Array(unit.rowCount)
  const kept = new KeptPairs()
  for (let row = 0; row < unit.rowCount; row += 1) {
    let touchedCount = 0
    for (let at = unit.starts[row] ?? 0; at < (unit.starts[row + 1] ?? 0); at += 1) {
      const column = unit.columns[at] ?? 0
      const value = unit.values[at] ?? 0
      const end = byColumn.starts[column + 1] ?? 0
      for (let index = byColumn.starts[column] ?? 0; index < end; index += 1) {
        const other = byColumn.columns[index] ?? 0
        if (marks[other] !== row) {
          marks[other] = row
          sums[other] = 0
          touched[touchedCount++] = other
        }
        sums[other] = (sums[other] ?? 0) + value * (byColumn.values[index] ?? 0)
      }
    }
    const others = touched.subarray(0, touchedCount).sort()
    for (const other of mostSimilar(others, sums, { row, count })) kept.add(row, other, sums[other] ?? 0)
  }
  return kept.toSymmetric(unit.rowCount)
}

/** The best `count` of `others`, which are ascending, by similarity and then by number. */
export function mostSimilar(
  others: Int32Array,
  similarity: Float64Array,
  { row, count }: { readonly row: number; readonly count: number },
): Int32Array {
  const best = new Int32Array(count)
  let size = 0
  for (const other of others) {
    const value = similarity[other] ?? 0
    if (other === row || value <= 0) continue
    if (size === count && value <= (similarity[best[count - 1] ?? 0] ?? 0)) continue
    let place = size < count ? size : count - 1
    while (place > 0 && value > (similarity[best[place - 1] ?? 0] ?? 0)) {
      best[place] = best[place - 1] ?? 0
      place -= 1
    }
    best[place] = other
    if (size < count) size += 1
  }
  return best.subarray(0, size)
}

/** Pairs kept from either side, each once, as low and high row number. */
export class KeptPairs {
  private readonly rows: number[] = []
  private readonly columns: number[] = []
  private readonly values: number[] = []

  add(row: number, other: number, value: number): void {
    this.rows.push(Math.min(row, other))
    this.columns.push(Math.max(row, other))
    this.values.push(value)
  }

  toSymmetric(size: number): SparseRows {
    const order = Array.from(this.rows.keys()).sort(
      (a, b) => (this.rows[a] ?? 0) - (this.rows[b] ?? 0) || (this.columns[a] ?? 0) - (this.columns[b] ?? 0),
    )
    const half: { rows: number[]; columns: number[]; values: number[] } = {
      rows: [],
      columns: [],
      values: [],
    }
    for (const index of order) {
      const [row, column] = [this.rows[index] ?? 0, this.columns[index] ?? 0]
      if (half.rows.at(-1) === row && half.columns.at(-1) === column) continue
      half.rows.push(row)
      half.columns.push(column)
      half.values.push(this.values[index] ?? 0)
    }
    return mirrored(size, {
      rows: Int32Array.from(half.rows),
      columns: Int32Array.from(half.columns),
      values: Float64Array.from(half.values),
    })
  }
}
