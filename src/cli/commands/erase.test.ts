import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLogger } from '../../core/logger.ts'
import { openShopLog } from '../embedded-shop.ts'
import { importData } from '../importing/import-data.ts'

const main = join(import.meta.dirname, '..', 'main.ts')
const T0 = Date.UTC(2026, 0, 1)

describe('endcap erase', () => {
  let root = ''
  let dataDir = ''
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'endcap-erase-command-'))
    dataDir = join(root, 'shop')
    const line = {
      line_no: 1,
      sku: 'mug',
      quantity: 1,
      price_cents: 5,
      price_discount_cents: 0,
      currency: 'GBP',
      ordered_at: T0,
    }
    const imported = ['ann', 'bob'].map((customer_id) => ({
      kind: 'event' as const,
      topic: 'orders',
      value: { order_id: `o-${customer_id}`, customer_id, ...line },
    }))
    await importData({ dataDir, imported, logger: silentLogger })
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const run = (...options: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'erase', ...options], {
      encoding: 'utf8',
    })
    return { status, stdout, stderr }
  }

  test('prints the certificate as one JSON object; of a shop without state or model these are not there', () => {
    const { status, stdout } = run('--data-dir', dataDir, '--customer', 'ann', '--json')
    expect(status).toBe(0)
    const certificate: { records: object; stores: { store: string; outcome: string }[] } = JSON.parse(stdout)
    expect(certificate).toMatchObject({ records: { orders: 1 }, orders: 1, log_position: 2 })
    const outcomes = Object.fromEntries(certificate.stores.map(({ store, outcome }) => [store, outcome]))
    const nothing = 'nothing_found'
    expect(outcomes).toMatchObject({ log: 'removed', state: nothing, lake: nothing, models: nothing })
  })

  test('says what it did in words, and that a customer may come back', () => {
    const { stdout } = run('--data-dir', dataDir, '--customer', 'ann')
    expect(stdout).toMatch(/^1 records, 0 visits, 1 orders and 0 dead letters erased\n {2}log: removed\n/)
    expect(run('--data-dir', dataDir, '--customer', 'ann', '--lift').stdout).toBe('events are taken again\n')
    expect(run('--data-dir', dataDir, '--customer', 'ann', '--lift')).toMatchObject({ status: 1 })
  })

  test('refuses what is no shop, what is no id, and a folder that is in use', async () => {
    const empty = join(root, 'empty')
    mkdirSync(empty)
    expect(run('--data-dir', empty, '--customer', 'ann')).toMatchObject({ status: 1 })
    expect(run('--data-dir', dataDir, '--customer', 'a b')).toMatchObject({ status: 2 })
    const log = await openShopLog({ dataDir })
    const { status, stderr } = run('--data-dir', dataDir, '--customer', 'ann')
    await log.close()
    expect([status, stderr.includes('FOLDER_IN_USE')]).toEqual([1, true])
    writeFileSync(join(dataDir, 'notes.txt'), 'kept by the shop itself')
    const { stdout } = run('--data-dir', dataDir, '--customer', 'ann')
    expect(stdout).toContain('notes.txt: not reached')
  })
})
