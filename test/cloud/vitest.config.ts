import { defineConfig } from 'vitest/config'

/** What can be checked of Confluent Cloud and Databricks without an account; at most five minutes. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/cloud/**/*.test.ts', 'deploy/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    reporters: ['verbose', './test/summary-reporter.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
})
