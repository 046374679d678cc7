import { missingPython, PYTHON_PACKAGES, pythonEnvironment } from '../../src/cli/python/python-environment.ts'

/** Before the suite: fetches from PyPI what it needs, so that no test waits for it. Without Python, tests skip. */
export async function setup(): Promise<void> {
  if ((await missingPython()) !== null) return
  for (const packages of PYTHON_PACKAGES) {
    await pythonEnvironment(packages, (line) => process.stderr.write(`${line}\n`))
  }
}

if (import.meta.main) await setup()
