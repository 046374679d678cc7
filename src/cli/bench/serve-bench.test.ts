import { expect, test } from 'vitest'
import { benchServe } from './serve-bench.ts'

test('the serve benchmark checks its answers, then tells figures beside a floor', async () => {
  const figures = await benchServe(
    { products: 150, shoppers: 60, days: 30, visits: 1, requests: 60, rate: 100 },
    () => {},
  )
  expect(figures.answer_check.answers).toBe(200)
  expect(figures.answer_check.drivers).toContain('history')
  expect(figures.rps_per_core).toBeGreaterThan(0)
  expect(figures.floor_rps_per_core).toBeGreaterThan(figures.rps_per_core)
  expect(figures.p99_ms).toBeGreaterThanOrEqual(figures.p50_ms)
  expect([figures.products, figures.shoppers]).toEqual([150, 60])
}, 120_000)
