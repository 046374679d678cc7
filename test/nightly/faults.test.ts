import { afterAll, expect, test } from 'vitest'
import { MINUTE_MS } from '../../src/core/duration.ts'
import { FAULTS, runFaulted } from '../stack/faulted-shop.ts'
import { withProofStack } from '../stack/proof-stack.ts'
import { setup } from '../stack/shared-run.ts'

const ROUNDS = Number(process.env['ENDCAP_FAULT_ROUNDS'] ?? 20)
const SEED = process.env['ENDCAP_FAULT_SEED'] ?? String(Date.now())

const stopEngines = await setup()
afterAll(() => stopEngines?.())

await withProofStack(
  (up) => {
    test.each(FAULTS)(
      `%s, ${ROUNDS} times (seed ${SEED}): the state is that of the embedded run`,
      async (fault) => {
        for (let round = 0; round < ROUNDS; round += 1) {
          const seed = `${SEED}-${round}`
          const startedAt = performance.now()
          const { expected, actual, events } = await runFaulted({
            stack: up(),
            seed,
            faults: [fault],
            silenceMs: MINUTE_MS,
            report: (line) => console.log(line),
          })
          expect(actual, `round ${round}, seed ${seed}`).toBe(expected)
          const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
          console.log(`${fault}, round ${round}: ${events} events, ${seconds} s`)
        }
      },
    )
  },
  ['kafka', 'registry', 'flink'],
)
