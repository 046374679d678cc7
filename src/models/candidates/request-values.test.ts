import { expect, test } from 'vitest'
import { RequestValues } from './request-values.ts'

test('values hold until they are cleared, for any item number', () => {
  const values = new RequestValues()
  expect(values.has(3)).toBe(false)
  values.set(3, 0.5)
  values.set(5000, 0)
  expect([values.has(3), values.get(3), values.has(5000), values.get(5000)]).toEqual([true, 0.5, true, 0])
  values.clear()
  expect([values.has(3), values.has(5000), values.has(100_000)]).toEqual([false, false, false])
  values.set(3, 0.25)
  expect(values.get(3)).toBe(0.25)
})
