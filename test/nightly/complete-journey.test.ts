import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const data = join(root, '../shared/data/complete-journey')
const folder = mkdtempSync(join(tmpdir(), 'endcap-nightly-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (...args: readonly string[]): Record<string, unknown> =>
  JSON.parse(execFileSync(join(root, 'endcap'), [...args, '--json'], { encoding: 'utf8' }))

test('all of Complete Journey is imported, backfilled and learnt from', ({ skip }) => {
  if (!existsSync(data)) skip('../shared/data/complete-journey is not here')
  const shop = join(folder, 'shop')
  expect(run('import', data, '--data-dir', shop, '--consent', 'all')).toMatchObject({
    by_topic: { products: 68_260, customers: 2469, orders: 1_460_438 },
    skipped_by_rule: { product_never_sold: 24_074, nothing_sold: 5859 },
    refused_by_reason: { quantity_not_positive: 3010 },
    // Every cent of the file is in the events but for these.
    noted_by_rule: {
      unit_price_rounded: 30_923,
      cents_rounded_up: 26_591,
      cents_rounded_down: 8977,
      coupon_cents_beyond_price: 32_547,
    },
  })
  expect(run('backfill', '--data-dir', shop)).toMatchObject({ log_position: 1_531_167 })
  expect(run('train', '--data-dir', shop)).toMatchObject({ shoppers: 2469, item_count: 3872 })
}, 900_000)
