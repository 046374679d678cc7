/**
 * A sparse matrix by rows (CSR): row `r` has the columns `columns[starts[r] .. starts[r + 1])`, ascending and
 * without repeats, with the values at the same places.
 */
export type SparseRows = {
  readonly rowCount: number
  readonly columnCount: number
  readonly starts: Int32Array
  readonly columns: Int32Array
  readonly values: Float64Array
}

/** Entries as three columns of equal length. */
export type Entries = {
  readonly rows: Int32Array
  readonly columns: Int32Array
  readonly values: Float64Array
}

type Shape = { readonly rowCount: number; readonly columnCount: number }

/** From entries in any order; no (row, column) may come twice. Two counting sorts: by column, then by row. */
export function fromEntries(shape: Shape, entries: Entries): SparseRows {
  const { rows, columns, values } = entries
  const byColumn = stableOrder(columns, shape.columnCount).order
  const { order, starts } = stableOrder(rows, shape.rowCount, byColumn)
  const ordered = { columns: new Int32Array(order.length), values: new Float64Array(order.length) }
  for (let at = 0; at < order.length; at += 1) {
    const index = order[at] ?? 0
    ordered.columns[at] = columns[index] ?? 0
    ordered.values[at] = values[index] ?? 0
  }
  return { ...shape, starts, ...ordered }
}

/** The matrix with rows and columns swapped. */
export function transposed({ rowCount, columnCount, starts, columns, values }: SparseRows): SparseRows {
  const rows = new Int32Array(columns.length)
  for (let row = 0; row < rowCount; row += 1) rows.fill(row, starts[row], starts[row + 1])
  return fromEntries(
    { rowCount: columnCount, columnCount: rowCount },
    { rows: columns, columns: rows, values },
  )
}

/** A symmetric matrix from its half: entries with row <= column, each off the diagonal standing for two. */
export function mirrored(size: number, { rows, columns, values }: Entries): SparseRows {
  let total = rows.length
  for (let index = 0; index < rows.length; index += 1) if (rows[index] !== columns[index]) total += 1
  const both = {
    rows: new Int32Array(total),
    columns: new Int32Array(total),
    values: new Float64Array(total),
  }
  let place = 0
  const put = (row: number, column: number, value: number) => {
    both.rows[place] = row
    both.columns[place] = column
    both.values[place++] = value
  }
  for (let index = 0; index < rows.length; index += 1) {
    const [row, column, value] = [rows[index] ?? 0, columns[index] ?? 0, values[index] ?? 0]
    put(row, column, value)
    if (row !== column) put(column, row, value)
  }
  return fromEntries({ rowCount: size, columnCount: size }, both)
}

/**
 * What either of two rows keeps of the other: square, with equal values on both sides where both do.
 * @param cells the columns of a row in any order
 */
export function eitherWay(cells: SparseRows): SparseRows {
  const back = transposed(cells)
  const kept = transposed(back)
  const most = 2 * kept.columns.length
  const starts = new Int32Array(kept.rowCount + 1)
  const columns = new Int32Array(most)
  const values = new Float64Array(most)
  let size = 0
  for (let row = 0; row < kept.rowCount; row += 1) {
    let [here, there] = [kept.starts[row] ?? 0, back.starts[row] ?? 0]
    const [hereEnd, thereEnd] = [kept.starts[row + 1] ?? 0, back.starts[row + 1] ?? 0]
    while (here < hereEnd || there < thereEnd) {
      const mine = here < hereEnd ? (kept.columns[here] ?? 0) : kept.columnCount
      const theirs = there < thereEnd ? (back.columns[there] ?? 0) : kept.columnCount
      columns[size] = Math.min(mine, theirs)
      values[size++] = (mine <= theirs ? kept.values[here] : back.values[there]) ?? 0
      if (mine <= theirs) here += 1
      if (theirs <= mine) there += 1
    }
    starts[row + 1] = size
  }
  return { ...kept, starts, columns: columns.slice(0, size), values: values.slice(0, size) }
}

/** One matrix with its factor in a sum. */
export type Term = { readonly matrix: SparseRows; readonly weight: number }

/**
 * `sum of weight x matrix` plus `diagonal` on the diagonal. Each cell adds its terms in the order given, so the
 * result does not depend on how the matrices were made.
 */
export function weightedSum(size: number, terms: readonly Term[], diagonal: number): SparseRows {
  const builder = new RowBuilder(size)
  for (let row = 0; row < size; row += 1) {
    for (const { matrix, weight } of terms) {
      const end = matrix.starts[row + 1] ?? 0
      for (let index = matrix.starts[row] ?? 0; index < end; index += 1) {
        builder.add(matrix.columns[index] ?? 0, weight * (matrix.values[index] ?? 0))
      }
    }
    if (diagonal !== 0) builder.add(row, diagonal)
    builder.endRow()
  }
  return builder.toRows(size)
}

/** Rows of a square sparse matrix one after the other, each from any order of additions to its columns. */
export class RowBuilder {
  private readonly sums: Float64Array
  private readonly marks: Int32Array
  private readonly touched: Int32Array
  private touchedCount = 0
  private readonly starts: number[] = [0]
  private columns = new Int32Array(1024)
  private values = new Float64Array(1024)
  private size = 0

  constructor(columnCount: number) {
    this.sums = new Float64Array(columnCount)
    this.marks = new Int32Array(columnCount)
    this.touched = new Int32Array(columnCount)
  }

  /** Adds to a cell of the open row. */
  add(column: number, value: number): void {
    if (this.marks[column] === 0) {
      this.marks[column] = 1
      this.touched[this.touchedCount++] = column
    }
    this.sums[column] = (this.sums[column] ?? 0) + value
  }

  /** Closes the row; cells that were touched are kept, also where their sum is 0. */
  endRow(): void {
    const touched = this.touched.subarray(0, this.touchedCount).sort()
    this.reserve(touched.length)
    for (const column of touched) {
      this.columns[this.size] = column
      this.values[this.size++] = this.sums[column] ?? 0
      this.sums[column] = 0
      this.marks[column] = 0
    }
    this.touchedCount = 0
    this.starts.push(this.size)
  }

  toRows(columnCount: number): SparseRows {
    return {
      rowCount: this.starts.length - 1,
      columnCount,
      starts: Int32Array.from(this.starts),
      columns: this.columns.slice(0, this.size),
      values: this.values.slice(0, this.size),
    }
  }

  private reserve(more: number): void {
    if (this.size + more <= this.columns.length) return
    const capacity = Math.max(this.size + more, Math.ceil(this.columns.length * 1.5))
    const columns = new Int32Array(capacity)
    const values = new Float64Array(capacity)
    columns.set(this.columns.subarray(0, this.size))
    values.set(this.values.subarray(0, this.size))
    this.columns = columns
    this.values = values
  }
}

/** The order that sorts `keys` (each in [0, keyCount)) stably, from the order `from`, and where each key starts. */
function stableOrder(
  keys: Int32Array,
  keyCount: number,
  from?: Int32Array,
): { readonly order: Int32Array; readonly starts: Int32Array } {
  const starts = new Int32Array(keyCount + 1)
  for (let index = 0; index < keys.length; index += 1) {
    const slot = (keys[index] ?? 0) + 1
    starts[slot] = (starts[slot] ?? 0) + 1
  }
  for (let key = 0; key < keyCount; key += 1) starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0)
  const next = starts.slice()
  const order = new Int32Array(keys.length)
  for (let place = 0; place < keys.length; place += 1) {
    const index = from === undefined ? place : (from[place] ?? 0)
    const key = keys[index] ?? 0
    const target = next[key] ?? 0
    order[target] = index
    next[key] = target + 1
  }
  return { order, starts }
}
