import { describe, expect, type TestContext, test } from 'vitest'
import { modelsNamed } from '../../src/cli/evaluation/models.ts'
import type { Evaluation } from '../../src/cli/evaluation/rows.ts'
import { expectFigures, measured } from '../models/measured.ts'

const VARIANTS = [undefined, ...['history', 'demographics', 'affinity', 'season', 'discount'].map(without)]

function without(driver: string): string {
  return `without:${driver}`
}

/** The whole model and those without a driver, told on stderr. */
async function ablated(context: TestContext, data: string, protocol: string): Promise<Evaluation[]> {
  const rows = await measured(context, {
    data,
    protocol,
    models: modelsNamed('full'),
    extras: { details: true, ablate: true },
  })
  for (const row of rows) process.stderr.write(`${JSON.stringify(row)}\n`)
  expect(rows.map(({ variant }) => variant)).toEqual(VARIANTS)
  return rows
}

/** The whole model's, then those without each driver. */
function expectNdcg(rows: readonly Evaluation[], figures: readonly number[]): void {
  for (const [place, figure] of figures.entries()) expectFigures(rows[place], { 'ndcg@10': figure })
}

describe('full with all drivers, and without each of them', () => {
  test('adventureworks, next period, as documented', async (context) => {
    const rows = await ablated(context, 'adventureworks', 'next-period')
    expect(rows[0]?.users).toBe(865)
    expectNdcg(rows, [0.32, 0.3128, 0.3019, 0.2995, 0.3203, 0.32])
  })

  test('complete-journey, next period, as documented, within 3 GB', async (context) => {
    const rows = await ablated(context, 'complete-journey', 'next-period')
    expect(rows[0]?.users).toBe(2039)
    expectNdcg(rows, [0.4379, 0.3713, 0.4361, 0.4375, 0.4379, 0.4386])
    expect(rows.at(-1)?.peak_mb).toBeLessThan(3000)
  })

  test('complete-journey, next basket, within 3 GB', async (context) => {
    const rows = await ablated(context, 'complete-journey', 'next-basket')
    expect(rows[0]?.users).toBe(2438)
    expectNdcg(rows, [0.1824, 0.1551, 0.1828, 0.1828, 0.1842, 0.1841])
    expect(rows.at(-1)?.peak_mb).toBeLessThan(3000)
  })
})
