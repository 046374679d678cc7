import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, test } from 'vitest'
import { missingRequirements } from '../../src/cli/stack/requirements.ts'
import { stackUp } from '../../src/cli/stack/stack.ts'
import { ENGINES, type EngineName, type Stack } from '../../src/cli/stack/types.ts'
import { RUN_DIR } from './shared-run.ts'

/**
 * Declares tests on real engines, which all suites of a run share; or one test that is skipped with what this machine
 * lacks.
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
  beforeAll(async () => {
    const runDir = process.env[RUN_DIR]
    if (runDir === undefined) throw new Error('bug: no folder for engines; see shared-run.ts')
    up = await stackUp({ runDir, engines, portBase: 'free', report: (line) => console.log(line) })
  }, 600_000)
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
