import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { invertSymmetricInPlace } from './inverse.ts'

describe('the inverse of a symmetric matrix', () => {
  test('by hand: [[4, 2], [2, 3]] has the determinant 8', () => {
    const matrix = Float64Array.of(4, Number.NaN, 2, 3)
    invertSymmetricInPlace(matrix, 2)
    expect([matrix[0], matrix[2], matrix[3]]).toEqual([3 / 8, -2 / 8, 4 / 8])
  })

  test('times the matrix is 1, for any X’X with a ridge', () => {
    const rows = fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 5, maxLength: 5 }), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(rows, (x) => {
        const cell = (row: number, column: number) =>
          x.reduce((sum, own) => sum + (own[row] ?? 0) * (own[column] ?? 0), row === column ? 1 : 0)
        const inverse = Float64Array.from({ length: 25 }, (_, at) => cell(Math.floor(at / 5), at % 5))
        invertSymmetricInPlace(inverse, 5)
        for (let row = 0; row < 5; row += 1) {
          for (let column = 0; column < 5; column += 1) {
            let product = 0
            for (let k = 0; k < 5; k += 1) {
              product += cell(row, k) * (inverse[Math.max(k, column) * 5 + Math.min(k, column)] ?? 0)
            }
            expect(product).toBeCloseTo(row === column ? 1 : 0, 8)
          }
        }
      }),
    )
  })

  test('is refused for a matrix that has none', () => {
    expect(() => invertSymmetricInPlace(Float64Array.of(0), 1)).toThrow('not positive definite')
  })
})
