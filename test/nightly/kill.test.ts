import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { crashBodies } from '../crash/crash-events.ts'
import { runWithKills } from '../crash/kill-run.ts'
import { uninterrupted } from '../crash/uninterrupted.ts'

test.each(['a', 'b', 'c', 'd'])(
  '200 kills of a longer run leave the state of an uninterrupted one (seed %s)',
  async (seed) => {
    const bodies = crashBodies(seed, 6000, 60)
    const folder = mkdtempSync(join(tmpdir(), 'endcap-kill-'))
    try {
      const { hash, position } = await runWithKills({ folder, seed, bodies, kills: 200 })
      expect({ hash, position }).toEqual(await uninterrupted(bodies))
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
)
