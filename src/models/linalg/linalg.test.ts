import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { choleskyInPlace, choleskySolveInPlace } from './cholesky.ts'
import { fromEntries, mirrored, RowBuilder, type SparseRows, transposed, weightedSum } from './sparse-rows.ts'

/** The matrix with all its zeros. */
const dense = ({ rowCount, columnCount, starts, columns, values }: SparseRows): number[][] =>
  Array.from({ length: rowCount }, (_, row) => {
    const cells = Array<number>(columnCount).fill(0)
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at += 1) {
      cells[columns[at] ?? 0] = values[at] ?? 0
    }
    return cells
  })

const entries = (...list: readonly (readonly [number, number, number])[]) => ({
  rows: Int32Array.from(list, ([row]) => row),
  columns: Int32Array.from(list, ([, column]) => column),
  values: Float64Array.from(list, ([, , value]) => value),
})

describe('sparse rows', () => {
  test('entries in any order become rows with ascending columns', () => {
    const matrix = fromEntries({ rowCount: 3, columnCount: 4 }, entries([2, 3, 5], [0, 1, 2], [2, 0, 7]))
    expect([...matrix.starts]).toEqual([0, 1, 1, 3])
    expect([...matrix.columns]).toEqual([1, 0, 3])
    expect([...matrix.values]).toEqual([2, 7, 5])
    expect(dense(transposed(matrix))).toEqual([
      [0, 0, 7],
      [2, 0, 0],
      [0, 0, 0],
      [0, 0, 5],
    ])
  })

  test('a half is mirrored, its diagonal kept once', () => {
    expect(dense(mirrored(2, entries([0, 1, 3], [1, 1, 4])))).toEqual([
      [0, 3],
      [3, 4],
    ])
  })

  test('a weighted sum adds term by term and the diagonal', () => {
    const a = mirrored(2, entries([0, 1, 3]))
    const b = mirrored(2, entries([0, 0, 1], [0, 1, 2]))
    const terms = [
      { matrix: a, weight: 2 },
      { matrix: b, weight: 10 },
    ]
    expect(dense(weightedSum(2, terms, 7))).toEqual([
      [17, 26],
      [26, 7],
    ])
  })

  test('a row keeps a cell whose additions cancel, and forgets them in the next row', () => {
    const builder = new RowBuilder(3)
    for (const [column, value] of [
      [2, 1.5],
      [0, 4],
      [2, -1.5],
    ] as const) {
      builder.add(column, value)
    }
    builder.endRow()
    builder.add(2, 1)
    builder.endRow()
    const rows = builder.toRows(3)
    expect([...rows.starts]).toEqual([0, 2, 3])
    expect([...rows.columns]).toEqual([0, 2, 2])
    expect([...rows.values]).toEqual([4, 0, 1])
  })
})

describe('Cholesky', () => {
  test('factors a matrix worked by hand', () => {
    // [4 2; 2 5] = L L' with L = [2 0; 1 2]
    const matrix = Float64Array.of(4, 99, 2, 5)
    expect(choleskyInPlace(matrix, 2)).toBe(true)
    expect([...matrix]).toEqual([2, 99, 1, 2])
    const b = Float64Array.of(8, 14) // 4x + 2y = 8, 2x + 5y = 14: x = 3/4, y = 5/2
    choleskySolveInPlace(matrix, 2, b)
    expect([...b]).toEqual([0.75, 2.5])
  })

  test('says so where the matrix is not positive definite', () => {
    expect(choleskyInPlace(Float64Array.of(1, 0, 2, 1), 2)).toBe(false)
  })

  test('solves what it multiplied, for any X X + I', () => {
    const square = fc.integer({ min: 1, max: 6 }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        x: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: size * size, maxLength: size * size }),
        solution: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: size, maxLength: size }),
      }),
    )
    fc.assert(
      fc.property(square, ({ size, x, solution }) => {
        const range = [...Array(size).keys()]
        const cell = (row: number, column: number) =>
          range.reduce(
            (sum, k) => sum + (x[row * size + k] ?? 0) * (x[column * size + k] ?? 0),
            row === column ? 1 : 0,
          )
        const matrix = Float64Array.from(range.flatMap((row) => range.map((column) => cell(row, column))))
        const b = Float64Array.from(range, (row) =>
          range.reduce((sum, column) => sum + cell(row, column) * (solution[column] ?? 0), 0),
        )
        expect(choleskyInPlace(matrix, size)).toBe(true)
        choleskySolveInPlace(matrix, size, b)
        for (const index of range) expect(b[index]).toBeCloseTo(solution[index] ?? 0, 4)
      }),
    )
  })
})
