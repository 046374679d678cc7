import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalog } from '../../../catalog/catalog.ts'
import { naiveTiles } from '../../../compile/inprocess/naive.ts'
import { planView } from '../../../compile/plan.ts'
import { keptFrom } from '../../../compile/retention.ts'
import { fixedClock } from '../../../core/clock.ts'
import { silentLogger } from '../../../core/logger.ts'
import { syntheticShop } from '../../../datagen/synthetic-shop/synthetic-shop.ts'
import { memoryLog } from '../../../event-log/memory/memory-log.ts'
import { bulkLoad } from '../../online/bulk-load.ts'
import { memoryStateStore } from '../../online/memory-state-store.ts'
import { type OnlineState, openOnlineState } from '../../online/online-state.ts'
import { startWriter } from '../../stream/inprocess/writer.ts'
import { DuckDbSession } from './duckdb-session.ts'
import { LakeChunks } from './lake-chunks.ts'
import { lakeEntities, lakeNewestAt } from './lake-statistics.ts'
import { ParquetLake } from './parquet-lake.ts'

const END = Date.UTC(2026, 0, 1)
const shop = syntheticShop({ products: 40, customers: 40, days: 30, seed: 3, endAt: END })
const events = [...shop.events()].map(({ topic, value }) => ({ topic, value: { ...value } }))

let folder = ''
const log = memoryLog(catalog.sources)
let streamed: OnlineState
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-backfill-'))
  streamed = await openOnlineState({ catalog, store: memoryStateStore() })
  const writer = await startWriter({
    catalog,
    log,
    state: streamed,
    clock: fixedClock(END),
    logger: silentLogger,
  })
  for (let start = 0; start < events.length; start += 500)
    await writer.appendHistory(events.slice(start, start + 500))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A state that was computed from the lake up to `position`, and then streamed. */
async function backfilled(position: number, rowsAtOnce = 500): Promise<OnlineState> {
  using lake = ParquetLake.open({ folder: join(folder, `lake-${position}`), sources: catalog.sources })
  await lake.follow(log)
  using session = await DuckDbSession.open({ threads: 1 })
  await lake.attach(session)
  const store = memoryStateStore()
  const newestAt = await lakeNewestAt(session, catalog, position)
  const lakeChunks = new LakeChunks(session, { catalog, position, newestAt, rowsAtOnce })
  await bulkLoad(
    { catalog, store },
    {
      position,
      newestAt,
      chunks: lakeChunks.chunks(),
      words: () => lakeChunks.words.texts(),
      entities: lakeEntities(session, catalog, position),
    },
  )
  const state = await openOnlineState({ catalog, store })
  for await (const records of log.read(position)) state.applyBatch(records)
  return state
}

describe('a state computed from the lake', () => {
  test('equals the one that saw every event, wherever the stream takes over', async () => {
    const expected = streamed.hash()
    // Before the first order some columns of the stream hold no word at all.
    let firstOrder = Infinity
    for await (const records of log.read(0)) {
      firstOrder = Math.min(firstOrder, records.find(({ topic }) => topic === 'orders')?.offset ?? Infinity)
    }
    for (const position of [log.position, Math.floor(log.position / 2), firstOrder, 0]) {
      const state = await backfilled(position)
      expect(state.position()).toBe(log.position)
      expect(state.newestAt()).toBe(streamed.newestAt())
      expect(state.hash()).toBe(expected)
    }
  })

  test('does not depend on how many owners are worked on at one time', async () => {
    const expected = streamed.hash()
    for (const rowsAtOnce of [100, 1_000_000]) {
      expect((await backfilled(log.position, rowsAtOnce)).hash()).toBe(expected)
    }
  })

  test('equals the meaning in every view', async () => {
    const state = await backfilled(log.position)
    const records = []
    for await (const batch of log.read(0)) records.push(...batch)
    for (const view of catalog.views) {
      const plan = planView(view, catalog.horizon)
      const naive = naiveTiles(plan, records).filter(
        // A tile of a sequence that has no entry says nothing; what is older than `retain` is not kept.
        ({ values: [first], tileStart }) =>
          !(Array.isArray(first) && first.length === 0) && tileStart >= keptFrom(plan, state.newestAt()),
      )
      const owners = new Set(naive.map(({ key: [owner = ''] }) => owner))
      const loaded = [...owners].flatMap((owner) => state.ownerTiles(view.name, owner))
      const line = (row: object) => JSON.stringify(row)
      expect(loaded.map(({ key, tileStart, values }) => line({ key, tileStart, values })).toSorted()).toEqual(
        naive.map(line).toSorted(),
      )
    }
  })

  test('a planted difference of one event changes the hash', async () => {
    const state = await backfilled(log.position - 1)
    const shorter = await openOnlineState({ catalog, store: memoryStateStore() })
    for await (const records of log.read(0))
      shorter.applyBatch(records.filter(({ offset }) => offset < log.position - 1))
    expect(state.hash()).toBe(streamed.hash())
    expect(shorter.hash()).not.toBe(streamed.hash())
  })
})
