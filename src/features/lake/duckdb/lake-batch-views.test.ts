import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LoggedRecord } from '../../../algebra/source.ts'
import { catalog } from '../../../catalog/catalog.ts'
import { segmentProduct } from '../../../catalog/views/segment-product.ts'
import { naiveTiles } from '../../../compile/inprocess/naive.ts'
import { windowOfTiles } from '../../../compile/merge-tiles.ts'
import { planView } from '../../../compile/plan.ts'
import { windowSpan } from '../../../compile/window.ts'
import { fixedClock } from '../../../core/clock.ts'
import { DAY_MS } from '../../../core/duration.ts'
import { silentLogger } from '../../../core/logger.ts'
import { syntheticShop } from '../../../datagen/synthetic-shop/synthetic-shop.ts'
import { memoryLog } from '../../../event-log/memory/memory-log.ts'
import { AnswerIndex } from '../../answer-rows.ts'
import { memoryStateStore } from '../../online/memory-state-store.ts'
import { openOnlineState } from '../../online/online-state.ts'
import { startWriter } from '../../stream/inprocess/writer.ts'
import { DuckDbSession } from './duckdb-session.ts'
import { lakeBatchWindow } from './lake-batch-views.ts'
import { ParquetLake } from './parquet-lake.ts'

const END = Date.UTC(2026, 0, 1)
const shop = syntheticShop({ products: 20, customers: 30, days: 20, seed: 11, endAt: END })
const events = [...shop.events()].map(({ topic, value }) => ({ topic, value: { ...value } }))
const plan = planView(segmentProduct, catalog.horizon)

let folder = ''
let session: DuckDbSession
let lake: ParquetLake
const log = memoryLog(catalog.sources)
const records: LoggedRecord[] = []
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-batch-'))
  const state = await openOnlineState({ catalog, store: memoryStateStore() })
  const writer = await startWriter({ catalog, log, state, clock: fixedClock(END), logger: silentLogger })
  await writer.appendHistory(events)
  for await (const batch of log.read(0)) records.push(...batch)
  lake = ParquetLake.open({ folder: join(folder, 'lake'), sources: catalog.sources })
  await lake.follow(log)
  session = await DuckDbSession.open({ threads: 1 })
  await lake.attach(session)
}, 60_000)
afterAll(() => {
  session.close()
  lake[Symbol.dispose]()
  rmSync(folder, { recursive: true })
})

describe('a batch view of the lake', () => {
  test('equals the meaning at the same instant and log position', async () => {
    for (const [asOf, position] of [
      [END, log.position],
      [END - 5 * DAY_MS + 12_345, log.position],
      [END, Math.floor(log.position * 0.8)],
    ] as const) {
      const below = records.filter(({ offset }) => offset < position)
      const span = windowSpan(segmentProduct.windows['last_90d'] ?? { length: '90d' }, asOf, plan.tileMs)
      const expected = windowOfTiles(plan, naiveTiles(plan, below, asOf), span)
      const rows = await lakeBatchWindow(session, catalog, {
        view: 'segment_product',
        window: 'last_90d',
        asOf,
        position,
      })
      expect(expected.length).toBeGreaterThan(20)
      const index = new AnswerIndex({ kind: 'window', rows: expected })
      expect(index.differences('last_90d', { kind: 'window', rows })).toEqual([])
    }
  }, 60_000)

  test('that nobody defined, or a window that it has not, is said', async () => {
    const ask = (view: string, window: string) =>
      lakeBatchWindow(session, catalog, { view, window, asOf: END, position: 1 })
    await expect(ask('nobody', 'last_90d')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(ask('segment_product', 'last_1h')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
