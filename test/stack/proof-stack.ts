import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, test } from 'vitest'
import { missingRequirements } from '../../src/cli/stack/requirements.ts'
import { stackUp } from '../../src/cli/stack/stack.ts'
import { ENGINES, type EngineName, type Stack } from '../../src/cli/stack/types.ts'

/**
 * Declares tests that share real engines, started in a folder of their own and stopped afterwards; or one test
 * that is skipped with what this machine lacks. With `ENDCAP_TEST_RUN_DIR` the engines that run there are used
 * and left running.
 *
 * @param declare gets a function that gives the stack, to be called inside hooks and tests
 * @param engines absent: all
 */
export async function withProofStack(
  declare: (stack: () => Stack) => void,
  engines: readonly EngineName[] = ENGINES,
): Promise<void> {
  const missing = await missingRequirements(engines)
  if (missing.length > 0) {
    const reasons = missing.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
    test('the proof on real engines', (context) => context.skip(reasons))
    return
  }
  let up: Stack | undefined
  let folder: string | undefined
  beforeAll(async () => {
    const given = process.env['ENDCAP_TEST_RUN_DIR']
    if (given === undefined) folder = await mkdtemp(join(tmpdir(), 'endcap-proof-'))
    const runDir = given ?? join(folder ?? '', 'run')
    up = await stackUp({ runDir, engines, portBase: 'free', report: (line) => console.log(line) })
  }, 600_000)
  afterAll(async () => {
    await up?.stop()
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }, 120_000)
  declare(() => {
    if (up === undefined) throw new Error('bug: the stack was not started')
    return up
  })
}

/** Asks again until the answer is empty; gives the last answer when the time is over. */
export async function untilEmpty<T>(
  ask: () => Promise<readonly T[]>,
  timeoutMs: number,
): Promise<readonly T[]> {
  const giveUpAt = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer.length === 0 || Date.now() > giveUpAt) return answer
    await sleep(500)
  }
}
