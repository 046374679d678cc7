import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LoggedRecord } from '../../../algebra/source.ts'
import { catalog } from '../../../catalog/catalog.ts'
import { naiveTiles } from '../../../compile/inprocess/naive.ts'
import { windowOfTiles } from '../../../compile/merge-tiles.ts'
import { planView } from '../../../compile/plan.ts'
import { windowSpan } from '../../../compile/window.ts'
import { fixedClock } from '../../../core/clock.ts'
import { DAY_MS, HOUR_MS } from '../../../core/duration.ts'
import { silentLogger } from '../../../core/logger.ts'
import { syntheticShop } from '../../../datagen/synthetic-shop/synthetic-shop.ts'
import { memoryLog } from '../../../event-log/memory/memory-log.ts'
import { startWriter } from '../../stream/inprocess/writer.ts'
import { DuckDbSession } from './duckdb-session.ts'
import { lakeWindow } from './lake-windows.ts'
import { ParquetLake } from './parquet-lake.ts'

const END = Date.UTC(2026, 0, 1)
const folder = mkdtempSync(join(tmpdir(), 'endcap-windows-'))
const records: LoggedRecord[] = []
let lake: ParquetLake
let session: DuckDbSession

beforeAll(async () => {
  const shop = syntheticShop({ products: 12, customers: 12, days: 20, seed: 9, endAt: END })
  const events = [...shop.events()].map(({ topic, value }) => ({ topic, value: { ...value } }))
  const log = memoryLog(catalog.sources)
  const writer = await startWriter({ catalog, log, clock: fixedClock(END), logger: silentLogger })
  for (let start = 0; start < events.length; start += 500)
    await writer.appendHistory(events.slice(start, start + 500))
  for await (const batch of log.read(0)) records.push(...batch)
  lake = ParquetLake.open({ folder, sources: catalog.sources })
  await lake.follow(log)
  session = await DuckDbSession.open({ threads: 1 })
  await lake.attach(session)
})
afterAll(() => {
  session.close()
  lake.close()
  rmSync(folder, { recursive: true })
})

const lines = (rows: readonly { readonly key: readonly string[]; readonly values: readonly unknown[] }[]) =>
  rows.map(({ key, values }) => JSON.stringify([key, values])).toSorted()

/** The meaning: plain loops over the records that were known, rows before the instant alone. */
function naive(view: string, window: string, asOf: number, position: number) {
  const definition = catalog.views.find(({ name }) => name === view)
  const of = definition?.windows[window]
  if (definition === undefined || of === undefined) throw new Error('no such window')
  const plan = planView(definition, catalog.horizon)
  const span = windowSpan(of, asOf, plan.tileMs)
  const known = records.filter(({ offset }) => offset < position)
  const rows = windowOfTiles(plan, naiveTiles(plan, known, span.to), span)
  // A sequence without entries says nothing.
  return rows.filter(({ values: [first] }) => !(Array.isArray(first) && first.length === 0))
}

test('every window of every view, inside a tile and at a position of the log, equals the meaning', async () => {
  const instants = [END - 3 * DAY_MS - 12_345_678, END - DAY_MS + HOUR_MS / 3]
  const positions = [records.length, Math.floor(records.length * 0.9)]
  let rows = 0
  for (const view of catalog.views) {
    for (const window of Object.keys(view.windows)) {
      for (const [place, asOf] of instants.entries()) {
        const position = positions[place] ?? 0
        const found = await lakeWindow(session, catalog, { view: view.name, window, asOf, position })
        expect(lines(found)).toEqual(lines(naive(view.name, window, asOf, position)))
        rows += found.length
      }
    }
  }
  expect(rows).toBeGreaterThan(100)
}, 120_000)

test('gives some owners alone if asked, and says what it does not know', async () => {
  const past = { view: 'product_activity', window: 'last_30d', asOf: END, position: records.length } as const
  const all = await lakeWindow(session, catalog, past)
  const [first] = all[0]?.key ?? []
  const some = await lakeWindow(session, catalog, { ...past, owners: [first ?? '', "it's nobody"] })
  expect(lines(some)).toEqual(lines(all.filter(({ key }) => key[0] === first)))
  expect(await lakeWindow(session, catalog, { ...past, owners: [] })).toEqual([])
  await expect(lakeWindow(session, catalog, { ...past, window: 'last_2d' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
})
