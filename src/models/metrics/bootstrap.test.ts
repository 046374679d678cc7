import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/random.ts'
import { bootstrapInterval, differences } from './bootstrap.ts'

describe('a bootstrap interval', () => {
  test('of equal values is that value; of none 0', () => {
    expect(bootstrapInterval(Float64Array.of(0.5, 0.5, 0.5), 's')).toEqual({ mean: 0.5, low: 0.5, high: 0.5 })
    expect(bootstrapInterval(new Float64Array(), 's')).toEqual({ mean: 0, low: 0, high: 0 })
  })

  test('is the same for the same seed, and about 1.96 standard errors to each side', () => {
    const random = seededRandom('values')
    const values = Float64Array.from({ length: 400 }, () => (random.next() < 0.3 ? 1 : 0))
    const interval = bootstrapInterval(values, 'seed')
    expect(bootstrapInterval(values, 'seed')).toEqual(interval)
    const error = Math.sqrt((interval.mean * (1 - interval.mean)) / values.length)
    expect((interval.high - interval.low) / (2 * 1.96 * error)).toBeGreaterThan(0.85)
    expect((interval.high - interval.low) / (2 * 1.96 * error)).toBeLessThan(1.15)
  })

  test('holds the true mean about 95 times in 100', () => {
    const random = seededRandom('coverage')
    let held = 0
    for (let run = 0; run < 100; run += 1) {
      const values = Float64Array.from({ length: 60 }, () => random.next())
      const { low, high } = bootstrapInterval(values, `run ${run}`)
      if (low <= 0.5 && high >= 0.5) held += 1
    }
    expect(held).toBeGreaterThanOrEqual(88)
  })

  test('a paired difference is narrower than the two intervals where models agree on who is hard', () => {
    const random = seededRandom('pairs')
    const first = Float64Array.from({ length: 200 }, () => random.next())
    const second = first.map((value) => value - 0.05)
    expect(bootstrapInterval(differences(first, second), 's').low).toBeCloseTo(0.05, 10)
    expect(() => differences(first, new Float64Array(3))).toThrow('different users')
  })
})
