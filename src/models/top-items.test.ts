import fc from 'fast-check'
import { expect, test } from 'vitest'
import { topItems } from './top-items.ts'

test('the best come first, ties by item number, and -Infinity is left out', () => {
  const scores = Float64Array.of(1, 3, Number.NEGATIVE_INFINITY, 3, -2)
  expect([...topItems(scores, 3)]).toEqual([1, 3, 0])
  expect([...topItems(scores, 10)]).toEqual([1, 3, 0, 4])
  expect([...topItems(Float64Array.of(0, 0, 0), 2)]).toEqual([0, 1])
})

test('equals a full stable sort', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -3, max: 3 })),
      fc.integer({ min: 1, max: 12 }),
      (scores, count) => {
        const sorted = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
        expect([...topItems(Float64Array.from(scores), count)]).toEqual(sorted.slice(0, count))
      },
    ),
  )
})
