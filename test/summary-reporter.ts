import type { Reporter, TestModule } from 'vitest/node'

/** Closes a run with one plain line, `N passed, N failed, N skipped`, and names what was skipped and why. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    let passed = 0
    let failed = 0
    let skipped = 0
    const reasons: string[] = []
    for (const module of modules) {
      if (module.state() === 'failed' && [...module.children.allTests()].length === 0) failed += 1
      for (const test of module.children.allTests()) {
        const result = test.result()
        if (result.state === 'passed') passed += 1
        else if (result.state === 'failed') failed += 1
        else {
          skipped += 1
          const note = result.state === 'skipped' ? result.note : undefined
          reasons.push(`  skipped: ${test.fullName}${note === undefined ? '' : ` (${note})`}`)
        }
      }
    }
    if (reasons.length > 0) console.log(reasons.join('\n'))
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  }
}
