import type { EqualRows } from './equal-rows.ts'
import { type SparseRows, transposed } from './sparse-rows.ts'
import { weightedNthGreatest } from './weighted-nth-greatest.ts'

/** Bounds are compared with so much to spare for rounding. */
const SPARE = 1e-9
/** A column with fewer rows costs less to look through than to ask whether it has to be. */
const SHORT = 64

/**
 * Finds the groups of equal rows that are nearest to one, in memory that is used again. A row's columns are looked
 * through from those with the fewest rows on, and no further than a row that was not met yet may still be among the most
 * similar: what everything has is hardly ever looked through.
 */
export class NearestRows {
  readonly #unit: SparseRows
  readonly #byColumn: SparseRows
  readonly #sizes: Int32Array
  readonly #count: number
  /** Values of the row that is asked about, by column; 0 outside of a call. */
  readonly #query: Float64Array
  /** Number + 1 of the row that touched it last. */
  readonly #marks: Int32Array
  readonly #sums: Float64Array
  readonly #touched: Int32Array
  readonly #selected: { readonly values: Float64Array; readonly weights: Int32Array }
  readonly #mayStop: boolean

  /** @param rows of length 1 or less */
  constructor({ distinct, members }: EqualRows, count: number) {
    const { rowCount, columnCount, values } = distinct
    this.#unit = distinct
    this.#byColumn = transposed(distinct)
    this.#sizes = Int32Array.from({ length: rowCount }, (_, group) => members(group).length)
    this.#count = count
    this.#query = new Float64Array(columnCount)
    this.#marks = new Int32Array(rowCount)
    this.#sums = new Float64Array(rowCount)
    this.#touched = new Int32Array(rowCount)
    this.#selected = { values: new Float64Array(rowCount), weights: new Int32Array(rowCount) }
    // A sum of some of the products is a lower bound only where none is negative.
    this.#mayStop = values.every((value) => value >= 0)
  }

  /** Of a group that the last call returned. */
  similarity = (group: number): number => this.#sums[group] ?? 0

  /**
   * The groups, in any order, that hold the `count` rows nearest to a row of the group: all above `least`, and of those
   * that reach it just as many as are wanted.
   */
  to(group: number): { readonly groups: Int32Array; readonly least: number } {
    const [from, to] = [this.#unit.starts[group] ?? 0, this.#unit.starts[group + 1] ?? 0]
    const columns = this.#unit.columns.subarray(from, to)
    for (let at = from; at < to; at += 1) {
      this.#query[this.#unit.columns[at] ?? 0] = this.#unit.values[at] ?? 0
    }
    const { touchedCount, rest, reached } = this.#lookThrough(group, columns)
    let size = 0
    for (let at = 0; at < touchedCount; at += 1) {
      const other = this.#touched[at] ?? 0
      if ((this.#sums[other] ?? 0) + rest < reached) continue
      const similarity = this.#product(other)
      this.#sums[other] = similarity
      if (similarity > 0) this.#touched[size++] = other
    }
    for (let at = 0; at < columns.length; at += 1) this.#query[columns[at] ?? 0] = 0
    const least = this.#reached(group, size)
    let kept = 0
    for (let at = 0; at < size; at += 1) {
      const other = this.#touched[at] ?? 0
      if ((this.#sums[other] ?? 0) >= least) this.#touched[kept++] = other
    }
    return { groups: this.#touched.subarray(0, kept), least }
  }

  /**
   * Adds products up, column by column, until the rest cannot lift a row that was not met among the most similar.
   * @returns how many groups were met; what the columns that are left give to any at most; what the most similar reach
   */
  #lookThrough(group: number, columns: Int32Array) {
    const { starts } = this.#byColumn
    const rowsOf = (column: number): number => (starts[column + 1] ?? 0) - (starts[column] ?? 0)
    const order = columns.slice().sort((a, b) => rowsOf(a) - rowsOf(b) || a - b)
    let restSquares = 0
    for (const column of order) restSquares += (this.#query[column] ?? 0) ** 2
    let touchedCount = 0
    for (const column of order) {
      if (this.#mayStop && touchedCount > 0 && rowsOf(column) > SHORT) {
        const rest = Math.sqrt(Math.max(0, restSquares)) + SPARE
        const reached = this.#reached(group, touchedCount) - SPARE
        if (rest < reached) return { touchedCount, rest, reached }
      }
      touchedCount = this.#add(group, column, touchedCount)
      restSquares -= (this.#query[column] ?? 0) ** 2
    }
    return { touchedCount, rest: 0, reached: Number.NEGATIVE_INFINITY }
  }

  #add(group: number, column: number, touchedBefore: number): number {
    const [byColumn, marks, sums, touched] = [this.#byColumn, this.#marks, this.#sums, this.#touched]
    const value = this.#query[column] ?? 0
    const end = byColumn.starts[column + 1] ?? 0
    let touchedCount = touchedBefore
    for (let index = byColumn.starts[column] ?? 0; index < end; index += 1) {
      const other = byColumn.columns[index] ?? 0
      if (marks[other] !== group + 1) {
        marks[other] = group + 1
        sums[other] = 0
        touched[touchedCount++] = other
      }
      sums[other] = (sums[other] ?? 0) + value * (byColumn.values[index] ?? 0)
    }
    return touchedCount
  }

  /** What the `count` other rows of the greatest sums so far have at least; 0 where there are fewer. */
  #reached(group: number, touchedCount: number): number {
    const { values, weights } = this.#selected
    for (let at = 0; at < touchedCount; at += 1) {
      const other = this.#touched[at] ?? 0
      values[at] = this.#sums[other] ?? 0
      weights[at] = (this.#sizes[other] ?? 0) - (other === group ? 1 : 0)
    }
    return weightedNthGreatest(
      values.subarray(0, touchedCount),
      weights.subarray(0, touchedCount),
      this.#count,
    )
  }

  /** The whole product, in the order of the columns. */
  #product(other: number): number {
    const { starts, columns, values } = this.#unit
    const end = starts[other + 1] ?? 0
    let sum = 0
    for (let at = starts[other] ?? 0; at < end; at += 1) {
      sum += (this.#query[columns[at] ?? 0] ?? 0) * (values[at] ?? 0)
    }
    return sum
  }
}
