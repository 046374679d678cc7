import { defineConfig } from 'vitest/config'

/** The default suite: everything that needs npm packages only. Real engines have their own (test/stack). */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'stack/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/stack/**', 'test/models/**', 'test/nightly/**', 'test/browser/**'],
    reporters: ['default', './test/summary-reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
