import { expect, test } from 'vitest'
import { SmallShop } from '../../../test/small-shop.ts'
import type { Product } from '../../catalog/events/products.ts'
import { DAY_MS } from '../../core/duration.ts'
import { ItemTable } from '../../models/candidates/item-table.ts'
import { LiveShop } from '../live-shop.ts'
import { discountAffinity } from '../shopper-context.ts'
import { DiscountShare } from './discount-share.ts'

const NOW = Date.UTC(2026, 5, 15, 12)

function boughtAt(shop: SmallShop, sku: string, discountCents: number, at: number): void {
  const line = { sku, quantity: 1, price_cents: 100, price_discount_cents: discountCents, currency: 'GBP' }
  shop.add('orders', at, { order_id: `d${shop.position()}`, line_no: 1, ...line, ordered_at: at })
}

test('is what was bought at a discount of all that was bought in 90 days before the day', () => {
  const shop = new SmallShop()
  for (const sku of ['mug', 'pot']) shop.product(sku)
  const items = new ItemTable()
  for (const product of shop.entities('products')) items.put(product as Product)
  boughtAt(shop, 'mug', 10, NOW - DAY_MS)
  for (const days of [2, 3, 4]) boughtAt(shop, 'pot', 0, NOW - days * DAY_MS)
  boughtAt(shop, 'pot', 50, NOW - 100 * DAY_MS)
  boughtAt(shop, 'pot', 50, NOW - 1000)
  const share = new DiscountShare(shop, items)
  expect(share.at(NOW)).toBe(1 / 4)
  expect(share.at(NOW - 200 * DAY_MS)).toBe(0)
})

test('what is told late of an earlier day counts as if it had been told in time', () => {
  const shop = new SmallShop()
  for (const sku of ['mug', 'pot']) shop.product(sku)
  const live = new LiveShop(shop)
  boughtAt(shop, 'pot', 0, NOW - 2 * DAY_MS)
  live.refresh()
  expect(live.discountShare.at(NOW)).toBe(0)
  boughtAt(shop, 'mug', 10, NOW - DAY_MS)
  live.refresh()
  expect(live.discountShare.at(NOW)).toBe(1 / 2)
  expect(new LiveShop(shop).discountShare.at(NOW)).toBe(1 / 2)
})

test('one of whom nothing is known is like everybody, and so are all where nothing is discounted', () => {
  expect(discountAffinity([], NOW, 0.2)).toBe(1)
  expect(discountAffinity([], NOW, 0)).toBe(1)
})
