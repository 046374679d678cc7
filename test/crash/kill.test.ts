import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { crashBodies } from './crash-events.ts'
import { runWithKills } from './kill-run.ts'
import { uninterrupted } from './uninterrupted.ts'

/** `ENDCAP_KILL_SEED` draws other events and other instants. */
const SEED = process.env['ENDCAP_KILL_SEED'] ?? '1'
const KILLS = 50

test(`${KILLS} kills at random instants leave the state and the log of an uninterrupted run (seed ${SEED})`, async () => {
  const bodies = crashBodies(SEED, 1200, 40)
  const folder = mkdtempSync(join(tmpdir(), 'endcap-kill-'))
  try {
    const report = await runWithKills({ folder, seed: SEED, bodies, kills: KILLS })
    const { hash, position, kills, resent, replays } = report
    expect({ hash, position }).toEqual(await uninterrupted(bodies))
    expect(kills).toBe(KILLS)
    // Not a run whose kills hit nothing: answers were lost, and logs were ahead of their states. How often depends
    // on the load of the machine.
    expect(resent).toBeGreaterThan(0)
    expect(replays).toBeGreaterThan(0)
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 300_000)
