import { defineConfig } from 'vitest/config'

/** A real browser on a real demo: one file at a time, each with a shop of its own. Run by `npm run test:browser`. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/browser/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    reporters: ['verbose', './test/summary-reporter.ts'],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 240_000,
  },
})
