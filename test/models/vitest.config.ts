import { defineConfig } from 'vitest/config'

/** Models against the outside: figures on real data, other libraries and servers from PyPI; at most ten minutes. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    globalSetup: 'test/models/install.ts',
    include: ['test/models/**/*.test.ts'],
    reporters: ['verbose', './test/summary-reporter.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
})
