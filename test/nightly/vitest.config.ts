import { defineConfig } from 'vitest/config'

/** The long suites: many repetitions and full data sets. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/nightly/**/*.test.ts'],
    reporters: ['verbose', './test/summary-reporter.ts'],
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
  },
})
