import type { TestContext } from 'vitest'
import {
  missingPython,
  type PythonPackages,
  pythonEnvironment,
} from '../../src/cli/python/python-environment.ts'

/** The `bin` folder of an environment with the packages; without Python the test is skipped and says so. */
export async function pythonOrSkip(context: TestContext, packages: PythonPackages): Promise<string> {
  const missing = await missingPython()
  context.skip(missing !== null, missing ?? '')
  return pythonEnvironment(packages, (line) => process.stderr.write(`${line}\n`))
}
