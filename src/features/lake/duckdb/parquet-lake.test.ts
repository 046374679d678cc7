import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RecordValue } from '../../../algebra/source.ts'
import { catalog } from '../../../catalog/catalog.ts'
import { hash64 } from '../../../core/hash.ts'
import { type EventLog, OWN_INSTANT } from '../../../event-log/contract/event-log.ts'
import { memoryLog } from '../../../event-log/memory/memory-log.ts'
import { DuckDbSession } from './duckdb-session.ts'
import { readManifest, writeManifest } from './lake-folder.ts'
import { ParquetLake } from './parquet-lake.ts'

const { sources } = catalog
const T0 = Date.UTC(2026, 0, 5)

const product = (sku: string, fields: RecordValue = {}): RecordValue => ({
  sku,
  product_name: `It's a "${sku}"`,
  category: 'Home/Mugs',
  price_cents: 999,
  currency: 'GBP',
  attributes: { colour: 'blé' },
  updated_at: T0,
  ...fields,
})
const click = (id: string): RecordValue => ({
  event_id: id,
  event: 'view_item',
  occurred_at: T0 + 5,
  session_id: 's1',
  payload: { items: [{ item_id: 'mug', quantity: 2 }], extra: { a: 'b' } },
})

async function append(log: EventLog, topic: string, values: readonly RecordValue[]): Promise<void> {
  const ids = values.map((value) => hash64(JSON.stringify(value)))
  await log.append({
    body: Buffer.from(values.map((value) => JSON.stringify(value)).join('\n')),
    format: 'ndjson',
    arrivedAt: T0,
    loggedAt: OWN_INSTANT,
    newestLoggedAt: T0,
    statuses: new Uint8Array(values.length).fill(sources.findIndex(({ name }) => name === topic)),
    idHashes: BigUint64Array.from(ids),
    refused: [],
  })
}

describe('a lake of Parquet files', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'endcap-lake-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const open = () => ParquetLake.open({ folder, sources })
  async function rows(lake: ParquetLake, sql: string) {
    using session = await DuckDbSession.open()
    await lake.attach(session)
    return await session.rows(sql)
  }

  test('an empty lake has every table and no row', async () => {
    using lake = open()
    expect(lake.position).toBe(0)
    for (const { name } of sources) expect(await rows(lake, `SELECT * FROM "${name}"`)).toEqual([])
  })

  test('holds what the log holds, typed, with its coordinates; entities as they were logged too', async () => {
    const log = memoryLog(sources)
    await append(log, 'products', [product('mug'), product('jug')])
    await append(log, 'clickstream', [click('e1')])
    using lake = open()
    expect(await lake.follow(log)).toBe(3)
    expect(await rows(lake, "SELECT * FROM products WHERE sku = 'jug'")).toMatchObject([
      {
        sku: 'jug',
        product_name: 'It\'s a "jug"',
        price_cents: 999,
        inventory: null,
        updated_at: T0,
        log_partition: 0,
        log_offset: 1,
        logged_at: T0,
        record: JSON.stringify(product('jug')),
      },
    ])
    expect(
      await rows(lake, "SELECT attributes['colour'] AS colour FROM products WHERE log_offset = 0"),
    ).toEqual([{ colour: 'blé' }])
    expect(
      await rows(
        lake,
        'SELECT payload.items[1].item_id AS sku, payload.items[1].quantity AS n, log_offset FROM clickstream',
      ),
    ).toEqual([{ sku: 'mug', n: 2, log_offset: 2 }])
  })

  test('copies only what is new, and goes on after it was closed', async () => {
    const log = memoryLog(sources)
    await append(log, 'clickstream', [click('e1')])
    {
      using lake = open()
      await lake.follow(log)
      expect(await lake.follow(log)).toBe(0)
    }
    await append(log, 'clickstream', [click('e2'), click('e3')])
    using lake = open()
    expect(await lake.follow(log)).toBe(2)
    expect(await rows(lake, 'SELECT event_id, log_offset FROM clickstream ORDER BY log_offset')).toEqual([
      { event_id: 'e1', log_offset: 0 },
      { event_id: 'e2', log_offset: 1 },
      { event_id: 'e3', log_offset: 2 },
    ])
    expect(readdirSync(join(folder, 'clickstream'))).toHaveLength(2)
  })

  test('what a run that died has left does not count and is written again', async () => {
    const log = memoryLog(sources)
    await append(log, 'clickstream', [click('e1')])
    {
      using lake = open()
      await lake.follow(log)
    }
    await append(log, 'clickstream', [click('e2')])
    {
      using lake = open()
      await lake.follow(log)
    }
    // As if it had died after the files and before the manifest, and once while it wrote a file.
    const manifest = readManifest(folder)
    writeManifest(folder, { format: 1, columnsHash: manifest?.columnsHash ?? '', position: 1 })
    writeFileSync(join(folder, 'clickstream', '000000000000001-000000000000002.parquet.part'), 'half')
    using lake = open()
    expect(lake.position).toBe(1)
    expect(await rows(lake, 'SELECT event_id FROM clickstream')).toEqual([{ event_id: 'e1' }])
    expect(await lake.follow(log)).toBe(1)
    expect(await rows(lake, 'SELECT count(*) AS n FROM clickstream')).toEqual([{ n: 2 }])
  })

  test('a lake of other columns is made again, one of another format or ahead of the log is refused', async () => {
    const log = memoryLog(sources)
    await append(log, 'clickstream', [click('e1')])
    {
      using lake = open()
      await lake.follow(log)
    }
    {
      using fewer = ParquetLake.open({ folder, sources: sources.slice(0, 2) })
      expect(fewer.position).toBe(0)
    }
    {
      using lake = open()
      await expect(lake.follow(memoryLog(sources))).rejects.toMatchObject({ code: 'CORRUPT' })
    }
    writeManifest(folder, { format: 2, columnsHash: '', position: 1 })
    expect(open).toThrow(/format 2/)
    writeFileSync(join(folder, 'manifest.json'), '{')
    expect(open).toThrow(expect.objectContaining({ code: 'CORRUPT' }))
  })

  test('what is computed from it may spill', async () => {
    using lake = open()
    await lake.follow(memoryLog(sources))
    using session = await DuckDbSession.open({ tempDir: lake.spillFolder, memoryLimitMb: 40, threads: 1 })
    const wide = "SELECT hash(i) AS h, repeat('x', 100) || i AS text FROM range(1000000) AS t(i)"
    await session.run(`CREATE TEMP TABLE sorted AS SELECT * FROM (${wide}) ORDER BY h`)
    expect(await session.rows('SELECT count(*) AS n FROM sorted')).toEqual([{ n: 1_000_000 }])
  })

  test('has one writer', () => {
    using _lake = open()
    expect(open).toThrow(expect.objectContaining({ code: 'FOLDER_IN_USE' }))
  })

  test('merges many small files; a merge that was cut off counts once, whichever files are left', async () => {
    const log = memoryLog(sources)
    const files = () => readdirSync(join(folder, 'clickstream')).toSorted()
    const offsets = async (lake: ParquetLake) =>
      (await rows(lake, 'SELECT log_offset FROM clickstream ORDER BY log_offset')).map(
        ({ log_offset }) => log_offset,
      )
    for (let run = 0; run < 15; run += 1) {
      await append(log, 'clickstream', [click(`e${run}`)])
      using lake = open()
      await lake.follow(log)
    }
    const small = files()
    expect(small.length).toBe(15)
    const copies = small.map((name) => [name, readFileSync(join(folder, 'clickstream', name))] as const)
    await append(log, 'clickstream', [click('e15')])
    {
      using lake = open()
      await lake.follow(log)
      expect(files()).toEqual(['000000000000000-000000000000016.parquet'])
      expect(await offsets(lake)).toEqual(Array.from({ length: 16 }, (_, offset) => offset))
    }
    // Cut off before the small ones were removed, and once while the merged one was written.
    for (const [name, bytes] of copies) writeFileSync(join(folder, 'clickstream', name), bytes)
    writeFileSync(join(folder, 'clickstream', '000000000000000-000000000000016.parquet.part'), 'half')
    using again = open()
    expect(await offsets(again)).toEqual(Array.from({ length: 16 }, (_, offset) => offset))
    expect(files()).toEqual(['000000000000000-000000000000016.parquet'])
  })
})
