import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fixedClock } from '../../core/clock.ts'
import { silentLogger } from '../../core/logger.ts'
import type { Imported } from '../../datagen/importers/import-format.ts'
import type { DeadLetter } from '../../event-log/contract/event-log.ts'
import { openShopLog } from '../embedded-shop.ts'
import { openFollowedLake } from '../lake.ts'
import { importData } from './import-data.ts'

const T0 = Date.UTC(2011, 0, 5)
const order = (id: string, fields: object = {}): Imported => ({
  kind: 'event',
  topic: 'orders',
  value: {
    order_id: id,
    line_no: 1,
    sku: 'mug',
    quantity: 1,
    price_cents: 500,
    price_discount_cents: 0,
    currency: 'GBP',
    ordered_at: T0,
    ...fields,
  },
})
const refused = (line: number): Imported => ({
  kind: 'refused',
  topic: 'orders',
  reason: 'price_not_positive',
  field: 'UnitPrice',
  file: 'shop.csv',
  line,
  raw: { price: -line },
})

describe('importing', () => {
  let dataDir = ''
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'endcap-import-'))
  })
  afterEach(() => rmSync(dataDir, { recursive: true }))

  const run = (imported: readonly Imported[]) =>
    importData({ dataDir, imported, logger: silentLogger, clock: fixedClock(Date.UTC(2026, 0, 1)) })

  async function letters(): Promise<DeadLetter[]> {
    const log = await openShopLog({ dataDir, readOnly: true })
    const all: DeadLetter[] = []
    for await (const letter of log.deadLetters()) all.push(letter)
    await log.close()
    return all
  }

  test('counts what became of everything, and the second time all of it is a duplicate', async () => {
    const input: Imported[] = [
      order('a'),
      order('b', { quantity: 100_001 }),
      { kind: 'skipped', rule: 'service_line' },
      order('a'),
      refused(7),
      order('c'),
      { kind: 'noted', rule: 'price_rounded', count: 3 },
    ]
    expect(await run(input)).toEqual({
      accepted: { orders: 2 },
      duplicates: { orders: 1 },
      skipped: { service_line: 1 },
      noted: { price_rounded: 3 },
      refused: { out_of_range: 1, price_not_positive: 1 },
      logPosition: 2,
    })
    expect(await run([order('a'), order('c'), refused(7)])).toEqual({
      accepted: {},
      duplicates: { orders: 2 },
      skipped: {},
      noted: {},
      refused: { price_not_positive: 1 },
      logPosition: 2,
    })
  })

  test('a refused line is a dead letter with file, line and reason, once however often it is imported', async () => {
    await run([refused(7), refused(9)])
    await run([refused(7)])
    const all = await letters()
    expect(all.map(({ topic, reason, field }) => [topic, reason, field])).toEqual([
      ['orders', 'price_not_positive', 'UnitPrice'],
      ['orders', 'price_not_positive', 'UnitPrice'],
    ])
    expect(all.map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()))).toEqual([
      { file: 'shop.csv', line: 7, raw: { price: -7 } },
      { file: 'shop.csv', line: 9, raw: { price: -9 } },
    ])
  })

  test('an event of long ago is not late: it was logged when it happened; the lake has it', async () => {
    await run([order('a'), order('b', { ordered_at: T0 + 1 })])
    const log = await openShopLog({ dataDir, readOnly: true })
    const records = []
    for await (const batch of log.read(0)) records.push(...batch)
    await log.close()
    expect(records.map(({ offset, loggedAt }) => [offset, loggedAt])).toEqual([
      [0, T0],
      [1, T0 + 1],
    ])
    using lake = await openFollowedLake(dataDir)
    expect(lake.position).toBe(2)
  })

  test('while another process writes to the folder it is refused', async () => {
    const log = await openShopLog({ dataDir })
    await expect(run([order('a')])).rejects.toMatchObject({ code: 'FOLDER_IN_USE' })
    await log.close()
  })
})
