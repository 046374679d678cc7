import { expect, test } from 'vitest'
import { versionBefore } from './rollback.ts'

test.each([
  [[], null],
  [['a'], null],
  [['a', 'b'], 'a'],
  // Back from c to b, and back once more.
  [['a', 'b', 'c', 'b'], 'a'],
  [['a', 'b', 'c', 'b', 'a'], null],
  [['a', 'b', 'a', 'c'], 'a'],
])('after %j one goes back to %s', (promotions, version) => {
  expect(versionBefore(promotions)).toBe(version)
})
