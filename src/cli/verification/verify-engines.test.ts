import { expect, test } from 'vitest'
import type { PairRow } from '../../compile/inprocess/naive-pairs.ts'
import type { PairPlan } from '../../compile/plan.ts'
import { hostileEvents } from '../../features/hostile-events.ts'
import { NaiveEngine } from '../../features/naive-engine.ts'
import type { GapReport, ParityReport } from '../../features/parity.ts'
import { catalogDefinitions } from './definitions.ts'
import { verifyEngines } from './verify-engines.ts'

/** Leaves one row out of the sums of succession_pairs. */
class OneShort extends NaiveEngine {
  override async pairs(plan: PairPlan): Promise<PairRow[]> {
    const rows = await super.pairs(plan)
    return plan.pairs.name === 'succession_pairs' ? rows.slice(1) : rows
  }
}

async function verify(engine: NaiveEngine) {
  const reports: (ParityReport | GapReport)[] = []
  const lines: string[] = []
  const exitCode = await verifyEngines({
    definitions: catalogDefinitions(),
    records: hostileEvents({ seed: 'verify', events: 400, partitions: 3 }),
    engines: [engine],
    onReport: (report) => reports.push(report),
    onProgress: (line) => lines.push(line),
  })
  return { exitCode, reports, last: lines.at(-1) }
}

test('a planted difference of one row fails the verification and is shown', async () => {
  const { exitCode, reports, last } = await verify(new OneShort())
  expect(exitCode).toBe(1)
  expect(last).toBe('1 rows differ')
  expect(reports.filter((report) => 'mismatches' in report && report.mismatches > 0)).toMatchObject([
    { view: 'succession_pairs', mismatches: 1, examples: [{ answer: 'sums', actual: undefined }] },
  ])
})

test('the same engine without the plant passes', async () => {
  expect(await verify(new NaiveEngine())).toMatchObject({ exitCode: 0, last: 'all engines agree' })
})
