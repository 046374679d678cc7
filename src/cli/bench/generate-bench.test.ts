import { expect, test } from 'vitest'
import { benchGenerate } from './generate-bench.ts'

test('the generate benchmark checks the answer, then tells figures', async () => {
  const figures = await benchGenerate({ events: 20_000, runs: 1 }, () => {})
  expect(figures.answer_check.events).toBeGreaterThan(1000)
  expect(figures.answer_check.files).toBeGreaterThan(20)
  expect(figures.events).toBeGreaterThan(15_000)
  expect(figures.events_per_s).toBeGreaterThan(0)
  expect(figures.events_per_cpu_s).toBeGreaterThan(0)
  expect(figures.floor_events_per_s).toBeGreaterThan(figures.events_per_s)
}, 120_000)
