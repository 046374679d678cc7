import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DuckDbSession } from '../../features/lake/duckdb/duckdb-session.ts'
import { openShopLog } from '../embedded-shop.ts'
import { importCommand } from './import.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-import-command-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function logged(...args: readonly string[]): Promise<unknown[]> {
  const dataDir = join(folder, 'shop')
  await importCommand()
    .exitOverride()
    .parseAsync([...args, '--data-dir', dataDir, '--json'], { from: 'user' })
  const log = await openShopLog({ dataDir, readOnly: true })
  const values: unknown[] = []
  for await (const batch of log.read(0)) values.push(...batch.map(({ value }) => value))
  await log.close()
  return values
}

const MAP = ['--topic', 'orders', '--map', 'Customer ID=customer_id', '--map', 'Qty=quantity']
const MORE = ['--map', 'Unit price=price', '--map', 'When=ordered_at', '--set', 'currency=GBP']
const ORDER = {
  order_id: 'o1',
  line_no: 1,
  customer_id: 'c1',
  sku: 'mug',
  quantity: 2,
  price_cents: 1299,
  price_discount_cents: 0,
  currency: 'GBP',
  ordered_at: Date.UTC(2024, 0, 2),
}

test('a CSV file comes in by the map of its columns', async () => {
  const path = join(folder, 'sales.csv')
  writeFileSync(
    path,
    'order_id,Customer ID,sku,Qty,Unit price,When\no1,c1,mug,2,12.99,2024-01-02\no1,c1,cup,x,1,2024-01-02\n',
  )
  expect(await logged(path, ...MAP, ...MORE)).toEqual([ORDER])
})

test('so does a Parquet file', async () => {
  const path = join(folder, 'sales.parquet')
  using session = await DuckDbSession.open()
  await session.run(
    `COPY (SELECT 'o1' AS order_id, 'c1' AS "Customer ID", 'mug' AS sku, 2 AS "Qty", 12.99::DECIMAL(9, 2) AS "Unit price", ` +
      `DATE '2024-01-02' AS "When") TO '${path}' (FORMAT parquet)`,
  )
  expect(await logged(path, ...MAP, ...MORE)).toEqual([ORDER])
})

test('without a column for what is required nothing is read', async () => {
  const path = join(folder, 'orders.csv')
  writeFileSync(path, 'order_id,sku\no1,mug\n')
  await expect(logged(path)).rejects.toThrow(/no column becomes quantity, price_cents, currency, ordered_at/)
})

test('a value can hold an equals sign', async () => {
  const path = join(folder, 'products.csv')
  writeFileSync(path, 'sku,product_name,price_cents\nmug,Mug,1299\n')
  const set = (text: string) => ['--set', text]
  const fixed = [...set('category=A=B'), ...set('currency=GBP'), ...set('updated_at=2024-01-02')]
  expect(await logged(path, ...fixed)).toMatchObject([{ sku: 'mug', category: 'A=B' }])
})

test('a map that says nothing, or the same column twice, is wrong usage', async () => {
  const command = () =>
    importCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
  const parse = (...args: readonly string[]) =>
    command().parseAsync(['x.csv', '--data-dir', folder, ...args], { from: 'user' })
  await expect(parse('--map', 'sku')).rejects.toThrow(/not like left=right/)
  await expect(parse('--map', 'a=sku', '--map', 'a=brand')).rejects.toThrow(/given twice/)
})
