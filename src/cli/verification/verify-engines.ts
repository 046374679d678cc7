import type { LoggedRecord } from '../../algebra/source.ts'
import type { Definitions } from '../../compile/definitions.ts'
import type { StatisticsEngine } from '../../features/engine.ts'
import { NaiveEngine } from '../../features/naive-engine.ts'
import { asOfsOf, compareEngines, type GapReport, type ParityReport } from '../../features/parity.ts'

export type Verification = {
  readonly definitions: Definitions
  readonly records: readonly LoggedRecord[]
  readonly engines: readonly StatisticsEngine[]
  readonly onReport: (report: ParityReport | GapReport) => void
  /** Lines for people. */
  readonly onProgress: (line: string) => void
}

/**
 * Loads the records into the naive engine and all others, one after the other, and compares.
 * @returns 1 if any row of any engine differs from the meaning, else 0: the exit code
 */
export async function verifyEngines(verification: Verification): Promise<0 | 1> {
  const { definitions, records, engines, onReport, onProgress } = verification
  const oracle = new NaiveEngine()
  for (const engine of [oracle, ...engines]) {
    const start = performance.now()
    await engine.load(definitions, records)
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    onProgress(`${engine.name}: ${records.length} events in ${seconds} s`)
  }
  const asOfs = asOfsOf(definitions, records)
  let mismatches = 0
  for await (const report of compareEngines({ definitions, records, oracle, engines, asOfs })) {
    onReport(report)
    if ('mismatches' in report) mismatches += report.mismatches
  }
  onProgress(mismatches === 0 ? 'all engines agree' : `${mismatches} rows differ`)
  return mismatches === 0 ? 0 : 1
}
