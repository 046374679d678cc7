import { describe, expect, test } from 'vitest'
import { categoryBlocks, denseNeighbours } from './dense-neighbours.ts'
import type { SparseRows } from './sparse-rows.ts'

const row = ({ starts, columns, values }: SparseRows, index: number): Record<number, number> =>
  Object.fromEntries(
    Array.from(columns.subarray(starts[index], starts[index + 1]), (column, offset) => [
      column,
      values[(starts[index] ?? 0) + offset] ?? 0,
    ]),
  )

describe('neighbours of dense vectors', () => {
  // (3, 4) / 5, (4, 3) / 5, (1, 0): cosines 24/25, 3/5, 4/5, and one that points the other way.
  const vectors = [
    Float32Array.of(0.6, 0.8),
    Float32Array.of(0.8, 0.6),
    Float32Array.of(1, 0),
    null,
    Float32Array.of(-1, 0),
  ]

  test('are the most similar of the block, from either side; what points away is none', () => {
    const nearest = denseNeighbours(vectors, [[0, 1, 2, 3, 4]], 1)
    expect(row(nearest, 0)).toEqual({ 1: expect.closeTo(0.96, 6) })
    expect(row(nearest, 1)).toEqual({ 0: expect.closeTo(0.96, 6), 2: expect.closeTo(0.8, 6) })
    expect([row(nearest, 3), row(nearest, 4)]).toEqual([{}, {}])
  })

  test('do not cross blocks', () => {
    const apart = denseNeighbours(vectors, [[0], [1, 2]], 5)
    expect([row(apart, 0), row(apart, 2)]).toEqual([{}, { 1: expect.closeTo(0.8, 6) }])
  })
})

test('blocks are cut at the highest level that keeps them small', () => {
  const categories = ['A/B', 'A/C', 'A/C', 'D', null, 'A/C/E']
  expect(categoryBlocks(categories, 6)).toEqual([[0, 1, 2, 3, 4, 5]])
  expect(categoryBlocks(categories, 4)).toEqual([[0, 1, 2, 5], [3], [4]])
  expect(categoryBlocks(categories, 2)).toEqual([[0], [1, 2], [5], [3], [4]])
  expect(categoryBlocks(['A', 'A', 'A'], 2)).toEqual([[0, 1, 2]])
})
