import { expect, test } from 'vitest'
import { greatest, median, quantile, rounded } from './measuring.ts'

test('the median is a value that was measured, the lower one of two', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2)
  expect(() => median([])).toThrow(/of nothing/)
})

test('a quantile is by rank', () => {
  const hundred = Array.from({ length: 101 }, (_, index) => 100 - index)
  expect([quantile(hundred, 0.5), quantile(hundred, 0.99), quantile([7], 0.99)]).toEqual([50, 99, 7])
  expect(rounded(1.2345)).toBe(1.23)
  expect([greatest([9, 80, null]), greatest([null])]).toEqual([80, null])
})
