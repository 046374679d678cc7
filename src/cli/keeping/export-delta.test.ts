import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLogger } from '../../core/logger.ts'
import { formatOf } from '../../datagen/importers/formats.ts'
import { type Imported, NO_CONSENT } from '../../datagen/importers/import-format.ts'
import { syntheticShop } from '../../datagen/synthetic-shop/synthetic-shop.ts'
import { deltaSelect } from '../../features/lake/duckdb/delta/delta-select.ts'
import { deltaSnapshot } from '../../features/lake/duckdb/delta/delta-snapshot.ts'
import { DuckDbSession } from '../../features/lake/duckdb/duckdb-session.ts'
import { importData } from '../importing/import-data.ts'
import { tableReader } from '../importing/table-reader.ts'
import { exportLog } from './export.ts'
import { exportDelta } from './export-delta.ts'

const END = Date.UTC(2026, 0, 1)
const clock = () => END
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-export-delta-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const load = (dataDir: string, imported: AsyncIterable<Imported> | Iterable<Imported>) =>
  importData({ dataDir, imported, logger: silentLogger, clock })
const events = (seed: number) =>
  syntheticShop({ products: 20, customers: 40, days: 20, seed, endAt: END })
    .events()
    .map(({ topic, value }) => ({ kind: 'event', topic, value }) as const)

async function offsetsOf(table: string): Promise<readonly number[]> {
  using session = await DuckDbSession.open()
  const rows = await session.rows(deltaSelect(await deltaSnapshot(session, table)))
  return rows.map((row) => Number(row['log_offset']))
}

test('a shop that is exported to Delta tables and imported again has the same records', async () => {
  const [first, second, tables] = ['first', 'second', 'tables'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await load(first, events(1))
  const { topics, logPosition } = await exportDelta({ dataDir: first, to: tables, clock })
  expect(Object.values(topics).reduce((sum, count) => sum + count, 0)).toBe(logPosition)
  expect(topics['clickstream']).toBeGreaterThan(100)

  const format = formatOf(tables)
  expect(format.name).toBe('delta')
  const { refused, duplicates } = await load(second, format.read(tables, NO_CONSENT, { tables: tableReader }))
  expect([refused, duplicates]).toEqual([{}, {}])
  for (const dataDir of [first, second]) await exportLog({ dataDir, to: `${dataDir}-events` })
  for (const topic of Object.keys(topics).filter((name) => topics[name] !== 0)) {
    const records = [first, second].map((dir) =>
      readFileSync(`${dir}-events/${topic}.ndjson`, 'utf8').trim().split('\n').map(canonical).toSorted(),
    )
    expect(records[1], topic).toEqual(records[0])
  }
})

test('the next export adds what is new, and nothing twice', async () => {
  const [dataDir, to] = [join(folder, 'shop'), join(folder, 'tables')]
  await load(dataDir, events(1))
  const before = await exportDelta({ dataDir, to, clock })
  expect(Object.values((await exportDelta({ dataDir, to, clock })).topics)).toEqual([0, 0, 0, 0, 0, 0])
  await load(dataDir, events(2))
  const after = await exportDelta({ dataDir, to, clock })
  const offsets = await offsetsOf(join(to, 'clickstream'))
  expect(offsets).toHaveLength((before.topics['clickstream'] ?? 0) + (after.topics['clickstream'] ?? 0))
  expect(offsets).toEqual([...new Set(offsets)].toSorted((a, b) => a - b))
})

test('tables of a longer shop are not continued', async () => {
  const [long, short, to] = [join(folder, 'long'), join(folder, 'short'), join(folder, 'tables')]
  await load(long, events(1))
  await load(short, [...events(1)].slice(0, 50))
  await exportDelta({ dataDir: long, to, clock })
  await expect(exportDelta({ dataDir: short, to, clock })).rejects.toMatchObject({ code: 'BAD_INPUT_FILE' })
})

/** A record with its members in the order of their names, so that only what it says is compared. */
const canonical = (line: string): string =>
  JSON.stringify(JSON.parse(line), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
