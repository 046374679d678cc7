import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Checks the types of the repository, then of the packages within it whose own dependencies are installed; says
 * which were left out. With a folder as an argument: that package alone. Run by `npm run typecheck`.
 */
const root = join(import.meta.dirname, '..')
const PACKAGES = ['src/web', 'test/browser', 'vision', 'deploy/confluent', 'test/cloud/databricks-types']

function check(project: string): boolean {
  const { status } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['--noEmit', '-p', project], {
    cwd: root,
    stdio: 'inherit',
  })
  return status === 0
}

const isInstalled = (folder: string): boolean => existsSync(join(root, folder, 'node_modules'))

const asked = process.argv.slice(2)
const results = asked.length > 0 ? asked.map(check) : [check('.'), ...PACKAGES.filter(isInstalled).map(check)]
for (const folder of asked.length > 0 ? [] : PACKAGES.filter((one) => !isInstalled(one))) {
  console.log(`types of ${folder}: not checked, its packages are not installed (npm ci --prefix ${folder})`)
}
process.exitCode = results.every(Boolean) ? 0 : 1
