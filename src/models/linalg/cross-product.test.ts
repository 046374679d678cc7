import { expect, test } from 'vitest'
import { crossProduct } from './cross-product.ts'
import { fromEntries } from './sparse-rows.ts'

test('a cross product by hand: columns of one with columns of the other', () => {
  const left = fromEntries(
    { rowCount: 2, columnCount: 2 },
    { rows: Int32Array.of(0, 1, 1), columns: Int32Array.of(0, 0, 1), values: Float64Array.of(2, 3, 5) },
  )
  const right = fromEntries(
    { rowCount: 2, columnCount: 3 },
    { rows: Int32Array.of(0, 0, 1), columns: Int32Array.of(0, 2, 2), values: Float64Array.of(1, 7, 11) },
  )
  // column 0 is (2, 3), column 1 is (0, 5); the other's are (1, 0), (0, 0), (7, 11)
  const product = crossProduct(left, right)
  expect([...product.starts]).toEqual([0, 2, 3])
  expect([...product.columns]).toEqual([0, 2, 2])
  expect([...product.values]).toEqual([2, 2 * 7 + 3 * 11, 5 * 11])
})
