import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { silentLogger } from '../../core/logger.ts'
import { NO_CONSENT } from '../../datagen/importers/import-format.ts'
import { topicFilesFormat } from '../../datagen/importers/topic-files.ts'
import { DuckDbSession } from '../../features/lake/duckdb/duckdb-session.ts'
import { openFollowedLake } from '../lake.ts'
import { importData } from './import-data.ts'

test('a folder of topics is imported with stock and offers, under any names; the lake has the contract’s', async () => {
  const root = mkdtempSync(join(tmpdir(), 'endcap-topics-'))
  try {
    const write = (topic: string, ...records: object[]) =>
      writeFileSync(
        join(root, `${topic}.ndjson`),
        records.map((record) => `${JSON.stringify(record)}\n`).join(''),
      )
    write(
      'inventory',
      { sku: 'mug', inventory: 3, updated_at: 5 },
      { product_x: 'jug', stock: 0, price: '4.50', currency: 'GBP', updated_at: 6 },
      { product_x: 'pot', stock: 1, price: '4.50', updated_at: 6 },
    )
    write('offers', {
      offer_id: 'o',
      kind: 'amount',
      amount_off_cents: 50,
      starts_at: 1,
      ends_at: 9,
      updated_at: 1,
    })
    const dataDir = join(root, 'data')
    const imported = topicFilesFormat.read(root, NO_CONSENT)
    expect(await importData({ dataDir, imported, logger: silentLogger })).toMatchObject({
      accepted: { inventory: 2, offers: 1 },
      refused: { missing_field: 1 },
    })
    using lake = await openFollowedLake(dataDir)
    using session = await DuckDbSession.open()
    await lake.attach(session)
    expect(await session.rows('SELECT sku, inventory, price_cents FROM inventory ORDER BY sku')).toEqual([
      { sku: 'jug', inventory: 0, price_cents: 450 },
      { sku: 'mug', inventory: 3, price_cents: null },
    ])
    expect(await session.rows('SELECT kind, amount_off_cents FROM offers')).toEqual([
      { kind: 'amount', amount_off_cents: 50 },
    ])
  } finally {
    rmSync(root, { recursive: true })
  }
})
