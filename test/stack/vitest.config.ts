import { defineConfig } from 'vitest/config'

/** Real Kafka, Flink and Spark on this machine: one file at a time, they share the two cores. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/stack/**/*.test.ts'],
    globalSetup: ['test/stack/shared-run.ts'],
    reporters: ['verbose', './test/summary-reporter.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
