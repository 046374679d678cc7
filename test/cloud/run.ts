import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { installOwnPackages } from '../../src/cli/demo/own-packages.ts'
import { missingPython, pythonEnvironment } from '../../src/cli/python/python-environment.ts'

/**
 * `npm run test:cloud`: installs the packages of what is deployed, checks their types, and runs everything that can be
 * checked without an account. What a machine lacks is a skipped test with its reason.
 */
const root = join(import.meta.dirname, '..', '..')
const PACKAGES = ['deploy/confluent', 'test/cloud/databricks-types']

/** @returns whether it ended well */
const run = (args: readonly string[]): boolean =>
  spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0

for (const folder of PACKAGES) {
  await installOwnPackages(join(root, folder), () => console.log(`installing the packages of ${folder} ...`))
}
if ((await missingPython()) === null) {
  // Before the tests, so that none waits for a download.
  for (const packages of ['confluent', 'databricks', 'mlflow'] as const)
    await pythonEnvironment(packages, console.log)
}
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/cloud/vitest.config.ts']
const isTyped = run(['tools/typecheck.ts', ...PACKAGES])
if (!run([...vitest, ...process.argv.slice(2)]) || !isTyped) process.exitCode = 1
