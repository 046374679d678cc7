import { type EqualRows, equalRows } from './equal-rows.ts'
import { NearestRows } from './nearest-rows.ts'
import { eitherWay, type SparseRows } from './sparse-rows.ts'

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
 * Rows that are equal are compared once: products of one kind are described alike, and a large shop has many of a kind.
 *
 * @param shrinkage as of `unitRows`
 */
export function cosineNeighbours(features: SparseRows, count: number, shrinkage = 0): SparseRows {
  const unit = unitRows(features, shrinkage)
  const groups = equalRows(unit)
  const nearest = new NearestRows(groups, count)
  const kept = new KeptRows(unit.rowCount, count)
  for (let group = 0; group < groups.distinct.rowCount; group += 1) {
    const { above, ties } = itemsOf(groups, nearest, group, count)
    const value = (row: number): number => nearest.similarity(groups.groupOf[row] ?? 0)
    for (const row of groups.members(group)) kept.keep(row, above, ties, value)
  }
  return eitherWay(kept.rows())
}

/** Rows of the groups nearest to one: those that are surely kept, and those of which the first ones are. */
function itemsOf({ members }: EqualRows, nearest: NearestRows, group: number, count: number) {
  const above: number[] = []
  const ties: number[] = []
  const { groups, least } = nearest.to(group)
  for (const other of groups) {
    const list = nearest.similarity(other) > least ? above : ties
    // Of one group no more than the first ones are kept.
    for (const row of members(other).subarray(0, count + 1)) list.push(row)
  }
  return {
    above,
    ties: Int32Array.from(ties)
      .sort()
      .subarray(0, count + 1),
  }
}

/** At most `count` cells of each row. */
class KeptRows {
  readonly #count: number
  readonly #sizes: Int32Array
  readonly #columns: Int32Array
  readonly #values: Float64Array

  constructor(rowCount: number, count: number) {
    this.#count = count
    this.#sizes = new Int32Array(rowCount)
    this.#columns = new Int32Array(rowCount * count)
    this.#values = new Float64Array(rowCount * count)
  }

  keep(row: number, above: readonly number[], ties: Int32Array, value: (row: number) => number): void {
    const first = row * this.#count
    let size = 0
    for (const list of [above, ties]) {
      for (const other of list) {
        if (other === row || size === this.#count) continue
        this.#columns[first + size] = other
        this.#values[first + size++] = value(other)
      }
    }
    this.#sizes[row] = size
  }

  /** Columns of a row in any order. */
  rows(): SparseRows {
    const rowCount = this.#sizes.length
    const starts = new Int32Array(rowCount + 1)
    let end = 0
    for (let row = 0; row < rowCount; row += 1) {
      const [first, size] = [row * this.#count, this.#sizes[row] ?? 0]
      this.#columns.copyWithin(end, first, first + size)
      this.#values.copyWithin(end, first, first + size)
      end += size
      starts[row + 1] = end
    }
    const [columns, values] = [this.#columns.subarray(0, end), this.#values.subarray(0, end)]
    return { rowCount, columnCount: rowCount, starts, columns, values }
  }
}
