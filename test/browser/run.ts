import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { installOwnPackages } from '../../src/cli/demo/own-packages.ts'
import { CHROMIUM, hasChromium } from './chromium.ts'

/**
 * `npm run test:browser`: installs what the page and its tests need (packages of their own), checks their types, and
 * drives the demo in Chromium. Without Chromium it says so; that is a failure where CI could have installed it.
 */
const root = join(import.meta.dirname, '..', '..')
const PACKAGES = ['src/web', 'test/browser']

/** @returns whether it ended well */
const run = (args: readonly string[]): boolean =>
  spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0

/** Why the browser tests cannot run, and whether that is a fault. */
function missingChromium(): void {
  const couldBeInstalled = process.env['CI'] === 'true' && process.getuid?.() === 0
  console.log(`NOT RUN  browser tests: no ${CHROMIUM} (Debian's package \`chromium\`, or set CHROMIUM)`)
  if (couldBeInstalled) process.exitCode = 1
}

for (const folder of PACKAGES) {
  await installOwnPackages(join(root, folder), () => console.log(`installing the packages of ${folder} ...`))
}
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/browser/vitest.config.ts']
if (!run(['tools/typecheck.ts', ...PACKAGES])) process.exitCode = 1
else if (!hasChromium()) missingChromium()
else if (!run([...vitest, ...process.argv.slice(2)])) process.exitCode = 1
