import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LoggedRecord } from '../../../algebra/source.ts'
import { catalog } from '../../../catalog/catalog.ts'
import { naivePairs } from '../../../compile/inprocess/naive-pairs.ts'
import { planPairs } from '../../../compile/plan.ts'
import { fixedClock } from '../../../core/clock.ts'
import { silentLogger } from '../../../core/logger.ts'
import { syntheticShop } from '../../../datagen/synthetic-shop/synthetic-shop.ts'
import { memoryLog } from '../../../event-log/memory/memory-log.ts'
import { pairSumsInProcess } from '../../../models/affinity/pair-sums.ts'
import type { SparseRows } from '../../../models/linalg/sparse-rows.ts'
import { startWriter } from '../../stream/inprocess/writer.ts'
import { DuckDbSession } from './duckdb-session.ts'
import { lakeHistories } from './lake-histories.ts'
import { ParquetLake } from './parquet-lake.ts'

const END = Date.UTC(2026, 0, 1)
const shop = syntheticShop({ products: 40, customers: 40, days: 30, seed: 4, endAt: END })

let folder = ''
const log = memoryLog(catalog.sources)
const records: LoggedRecord[] = []
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-histories-'))
  const writer = await startWriter({ catalog, log, clock: fixedClock(END), logger: silentLogger })
  const events = [...shop.events()].map(({ topic, value }) => ({ topic, value: { ...value } }))
  for (let start = 0; start < events.length; start += 1000) {
    await writer.appendHistory(events.slice(start, start + 1000))
  }
  for await (const batch of log.read(0)) records.push(...batch)
})
afterAll(() => rmSync(folder, { recursive: true }))

async function historiesAt(position: number) {
  using lake = ParquetLake.open({ folder, sources: catalog.sources })
  await lake.follow(log)
  using session = await DuckDbSession.open({ threads: 1 })
  await lake.attach(session)
  return await lakeHistories(session, catalog, position)
}

/** Records below a position of customers who by then had agreed to training. */
function learntFrom(position: number): LoggedRecord[] {
  const below = records.filter(({ offset }) => offset < position)
  const agreed = new Map<unknown, boolean>()
  for (const { topic, value } of below) {
    const consent = value['consent']
    if (topic !== 'customers' || typeof consent !== 'object') continue
    agreed.set(value['customer_id'], JSON.stringify(consent).includes('"training":true'))
  }
  return below.filter(({ value }) => agreed.get(value['customer_id']) === true)
}

const lines = (skus: readonly string[], rows: SparseRows): string[] => {
  const all: string[] = []
  for (let row = 0; row < rows.rowCount; row += 1) {
    for (let at = rows.starts[row] ?? 0; at < (rows.starts[row + 1] ?? 0); at += 1) {
      all.push(`${skus[row]} ${skus[rows.columns[at] ?? 0]} ${rows.values[at]}`)
    }
  }
  return all.toSorted()
}

describe('histories from the lake', () => {
  test.each([1, 0.4])(
    'give the pair statistics of those who agreed, exactly, at %d of the log',
    async (share) => {
      const position = Math.floor(records.length * share)
      const { skus, starts, items } = await historiesAt(position)
      const sums = await pairSumsInProcess({ itemCount: skus.length, starts, items, days: null })
      const kept = learntFrom(position)
      expect(kept.length).toBeGreaterThan(100)
      for (const pairs of catalog.pairs) {
        const found = {
          succession_pairs: sums.succession,
          past_pairs: sums.past,
          together_pairs: sums.together,
        }
        const expected = naivePairs(planPairs(pairs, catalog.horizon), kept)
        const rows = found[pairs.name as keyof typeof found]
        expect(lines(skus, rows)).toEqual(
          expected.map(({ left, right, weight }) => `${left} ${right} ${weight}`).toSorted(),
        )
      }
    },
  )

  test('number every product of the shop, bought or not, in the order of the skus', async () => {
    const { skus } = await historiesAt(records.length)
    expect(skus).toHaveLength(40)
    expect(skus).toEqual(skus.toSorted())
  })

  test('an empty log has no history', async () => {
    expect(await historiesAt(0)).toMatchObject({ skus: [], shopperCount: 0 })
  })
})
