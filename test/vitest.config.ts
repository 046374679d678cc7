import { defineConfig } from 'vitest/config'

/** The default suite: everything that needs npm packages only. Engines, clouds, Python and browser have suites of their own. */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'stack/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/{browser,cloud,models,nightly,stack}/**'],
    reporters: ['default', './test/summary-reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
