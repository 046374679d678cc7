import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { EndcapError } from '../../../core/errors.ts'
import { PYTHON_SOURCES, pythonEnvironment } from '../../python/python-environment.ts'
import { runCommand } from '../../stack/command.ts'
import type { Finding } from '../finding.ts'

const TIMEOUT_MS = 60_000

/**
 * What is wrong with a bundle: unknown fields and words, what is missing, references to nothing, files, sizes, schedules,
 * and what the rendering beside it counts on. By Databricks' own types in Python, which are installed on first use.
 *
 * @throws EndcapError BAD_INPUT_FILE if there is no bundle, ENGINE_UNAVAILABLE without Python
 */
export async function bundleFaults(
  folder: string,
  report: (line: string) => void,
): Promise<readonly Finding[]> {
  if (!existsSync(join(folder, 'databricks.yml'))) {
    throw new EndcapError('BAD_INPUT_FILE', 'there is no databricks.yml', { place: folder })
  }
  const bin = await pythonEnvironment('databricks', report)
  const output = await runCommand({
    program: join(bin, 'python'),
    args: [join(PYTHON_SOURCES, 'bundle_faults.py'), folder],
    timeoutMs: TIMEOUT_MS,
  })
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Finding => JSON.parse(line))
}
