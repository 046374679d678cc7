import fc from 'fast-check'
import { expect, test } from 'vitest'
import { radixOrder } from './radix-order.ts'

const cell = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: -70_000, max: 70_000 }),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
)

test('orders rows by the first column, then by the next, and keeps equal ones as they came', () => {
  expect([...radixOrder(5, [Int32Array.of(1, 0, 1, 0, 1), Int32Array.of(7, 7, -7, 7, 7)])]).toEqual([
    1, 3, 2, 0, 4,
  ])
  expect([...radixOrder(0, [new Int32Array()])]).toEqual([])
  expect([...radixOrder(2, [])]).toEqual([0, 1])
})

test('is the order of a stable sort by comparison', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 60 }), (rows) => {
      const columns = [0, 1].map((index) => Int32Array.from(rows, (row) => row[index] ?? 0))
      const expected = rows
        .map(([first, second], row) => ({ first, second, row }))
        .toSorted((a, b) => a.first - b.first || a.second - b.second)
        .map(({ row }) => row)
      expect([...radixOrder(rows.length, columns)]).toEqual(expected)
    }),
  )
})
