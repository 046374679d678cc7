import { expect, test } from 'vitest'
import { seededRandom } from './random.ts'

test('the same seed gives the same numbers, another seed others', () => {
  const draw = (seed: string) => Array.from({ length: 5 }, seededRandom(seed).next)
  expect(draw('a')).toEqual(draw('a'))
  expect(draw('a')).not.toEqual(draw('b'))
})

test('numbers are even over ten buckets', () => {
  const random = seededRandom(7)
  const buckets = new Array<number>(10).fill(0)
  for (let index = 0; index < 100_000; index += 1) {
    const bucket = random.below(10)
    buckets[bucket] = (buckets[bucket] ?? 0) + 1
  }
  // Expected 10,000 each with a standard deviation of 95; five of them.
  for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(475)
})

test('drawing from a fork leaves the parent as it was', () => {
  const [a, b] = [seededRandom(1), seededRandom(1)]
  a.fork('x').next()
  expect(a.next()).toBe(b.next())
  expect(a.fork('x').next()).not.toBe(a.fork('y').next())
})
