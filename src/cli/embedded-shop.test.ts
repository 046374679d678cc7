import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLogger } from '../core/logger.ts'
import { openImport, openShop, openShopLog, openShopState, shopFolders } from './embedded-shop.ts'

const NOW = Date.UTC(2026, 5, 15, 12)
const clock = () => NOW
let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'endcap-shop-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const order = (id: string) => ({
  topic: 'orders',
  value: {
    order_id: id,
    line_no: 1,
    customer_id: 'ann',
    sku: 'mug',
    quantity: 2,
    price_cents: 500,
    price_discount_cents: 0,
    currency: 'GBP',
    ordered_at: NOW,
  },
})

describe('a data folder', () => {
  test('what was imported is in the state when the shop opens, and still when it opens again', async () => {
    const intake = await openImport({ dataDir, logger: silentLogger, clock })
    expect(await intake.appendHistory([order('a'), order('b')])).toMatchObject({
      accepted: 2,
      logPosition: 2,
    })
    await intake.close()
    const shop = await openShop({ dataDir, logger: silentLogger, clock })
    expect(shop.state.tiles('product_activity', ['mug'])[0]?.values).toEqual([0, 0, 0, 2, 0, 4, 2000])
    const hash = shop.state.hash()
    await shop.writer.ingest(Buffer.from(JSON.stringify(order('b').value)), 'json')
    await shop.close()
    const state = await openShopState({ dataDir, readOnly: true })
    expect([state.hash(), state.position(), state.savedPosition()]).toEqual([hash, 2, 2])
    await state.close()
  })

  test('has one writer; readers may look at the log beside it', async () => {
    const shop = await openShop({ dataDir, logger: silentLogger, clock })
    await expect(openShop({ dataDir, logger: silentLogger, clock })).rejects.toMatchObject({
      code: 'FOLDER_IN_USE',
    })
    const log = await openShopLog({ dataDir, readOnly: true })
    expect(log.position).toBe(0)
    await log.close()
    await shop.close()
    await (await openShop({ dataDir, logger: silentLogger, clock })).close()
  })

  test('of another format, damaged, or absent is an error that says so', async () => {
    const { manifest } = shopFolders(dataDir)
    await expect(openShopLog({ dataDir, readOnly: true })).rejects.toMatchObject({ code: 'DATA_FOLDER' })
    writeFileSync(manifest, '{"format": 99}')
    await expect(openShopLog({ dataDir })).rejects.toMatchObject({ code: 'UNKNOWN_FORMAT' })
    writeFileSync(manifest, '{"format": 1, "profile": "stack"}')
    await expect(openShopLog({ dataDir })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      remedy: expect.stringContaining('--profile stack'),
    })
    writeFileSync(manifest, '{')
    await expect(openShopLog({ dataDir })).rejects.toMatchObject({ code: 'CORRUPT' })
  })
})
