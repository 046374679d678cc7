import { expect, test } from 'vitest'
import { categoryOrder, categoryValue } from './category-order.ts'

test('the most frequent category comes first, of equally frequent ones the first by name', () => {
  expect([...categoryOrder(['tea', 'cup', 'tea', 'box'])]).toEqual([
    ['tea', 0],
    ['box', 1],
    ['cup', 2],
  ])
})

test('no category, or an unknown one, is missing', () => {
  const order = categoryOrder(['tea'])
  expect([categoryValue(order, 'tea'), categoryValue(order, 'pot'), categoryValue(order, null)]).toEqual([
    0,
    Number.NaN,
    Number.NaN,
  ])
})
