import { expect, test } from 'vitest'
import { benchFreshness } from './freshness-bench.ts'

test('the freshness benchmark sees every click in an answer, beside events of others', async () => {
  const size = { products: 40, customers: 40, days: 20, seed: 1 }
  const figures = await benchFreshness({ probes: 5, background: 100, size }, () => {})
  expect(figures.answer_check.changed).toBe(5)
  expect(figures.answer_check.answers).toBeGreaterThanOrEqual(5)
  expect(figures.freshness_p50_ms).toBeGreaterThan(0)
  expect(figures.freshness_p99_ms).toBeGreaterThanOrEqual(figures.freshness_p50_ms)
  expect(figures.from_sent_p50_ms).toBeGreaterThan(figures.freshness_p50_ms)
}, 120_000)
