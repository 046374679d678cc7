import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stackDown } from '../../src/cli/stack/stack.ts'

/** Where the engines run that the suites share; whoever sets it keeps them running. */
export const RUN_DIR = 'ENDCAP_TEST_RUN_DIR'

/** Before the suites: a folder for engines. Each suite starts those that it needs and finds running what others started. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[RUN_DIR] !== undefined) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'endcap-engines-'))
  const runDir = join(folder, 'run')
  process.env[RUN_DIR] = runDir
  return async () => {
    await stackDown({ runDir })
    await rm(folder, { recursive: true, force: true })
  }
}
