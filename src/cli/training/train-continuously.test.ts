import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fixedClock } from '../../core/clock.ts'
import { silentLogger } from '../../core/logger.ts'
import type { Imported } from '../../datagen/importers/import-format.ts'
import { syntheticShop } from '../../datagen/synthetic-shop/synthetic-shop.ts'
import { importData } from '../importing/import-data.ts'
import { train } from './train.ts'
import { trainContinuously } from './train-continuously.ts'

const END = Date.UTC(2026, 0, 1)
const dataDir = mkdtempSync(join(tmpdir(), 'endcap-follow-'))
afterAll(() => rmSync(dataDir, { recursive: true }))

test('each pass learns from what the log has as it begins, the same bits as training until there', async () => {
  const shop = syntheticShop({ products: 40, customers: 30, days: 40, seed: 2, endAt: END })
  const events = [...shop.events()].map(
    ({ topic, value }): Imported => ({ kind: 'event', topic, value: { ...value } }),
  )
  const add = (imported: readonly Imported[]) =>
    importData({ dataDir, imported, logger: silentLogger, clock: fixedClock(END) })
  const half = Math.floor(events.length / 2)
  const { logPosition: middle } = await add(events.slice(0, half))

  const stop = new AbortController()
  const options = { dataDir, ranker: 'none', clock: fixedClock(END) } as const
  const versions: string[] = []
  let end = 0
  for await (const { manifest } of trainContinuously({
    ...options,
    newRecords: 1,
    pollMs: 5,
    signal: stop.signal,
  })) {
    versions.push(manifest.version)
    if (versions.length === 1) {
      expect(manifest.log_position).toBe(middle)
      end = (await add(events.slice(half))).logPosition
    } else {
      expect(manifest.log_position).toBe(end)
      // Nothing new: it waits, and ends while it does.
      setTimeout(() => stop.abort(), 30)
    }
  }
  expect(versions).toHaveLength(2)
  for (const [index, until] of [middle, end].entries()) {
    expect((await train({ ...options, until })).manifest.version).toBe(versions[index])
  }
}, 60_000)
