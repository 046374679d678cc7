import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { openLmdbStateStore } from '../../src/features/online/lmdb/lmdb-state-store.ts'

test('a store that is killed while it does nothing but commit holds one whole commit', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'endcap-commit-'))
  const random = seededRandom('commit')
  try {
    for (let kill = 0; kill < 12; kill += 1) {
      const child = fork(join(import.meta.dirname, 'commit-child.ts'), [folder])
      await once(child, 'message')
      await sleep(20 + random.below(60))
      child.kill('SIGKILL')
      await once(child, 'exit')
      const store = await openLmdbStateStore({ folder, readOnly: true })
      const position = store.meta()?.position ?? 0
      const held = new Set([...store.chunks()].map(({ bytes }) => Buffer.from(bytes).readUInt32LE()))
      await store.close()
      expect({ kill, held: [...held] }).toEqual({ kill, held: [position] })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 60_000)
