import { describe, expect, test } from 'vitest'
import type { InventoryLevel } from '../../catalog/events/inventory.ts'
import { syntheticShop } from './synthetic-shop.ts'

const options = { products: 60, customers: 400, days: 60, seed: 2, endAt: Date.UTC(2026, 0, 1) }
const shop = syntheticShop(options)
const events = [...shop.events()]

describe('the stock of a shop', () => {
  test('nothing is sold of which the last that was told is none', () => {
    const units = new Map<string, number>()
    let [sold, ranOut] = [0, 0]
    for (const { topic, value, planted } of events) {
      if (topic === 'products') units.set(value.sku, value.inventory ?? 0)
      if (topic === 'inventory') {
        units.set(value.sku, value.inventory)
        if (value.inventory === 0) ranOut += 1
      }
      if (topic === 'orders' && planted !== 'return' && planted !== 'duplicate') {
        sold += 1
        expect(units.get(value.sku)).toBeGreaterThan(0)
      }
    }
    expect(sold).toBeGreaterThan(1000)
    expect(ranOut).toBeGreaterThan(5)
  })

  test('what starts without stock is never delivered, all else is told to come back', () => {
    const levels = Map.groupBy(
      events.flatMap(({ topic, value }): InventoryLevel[] => (topic === 'inventory' ? [value] : [])),
      ({ sku }) => sku,
    )
    expect(shop.truth.out_of_stock.length).toBeGreaterThan(0)
    for (const sku of shop.truth.out_of_stock) expect(levels.get(sku)).toBeUndefined()
    const returned = [...levels.values()].filter((told) => {
      const gone = told.findIndex(({ inventory }) => inventory === 0)
      return gone >= 0 && told.slice(gone).some(({ inventory }) => inventory > 0)
    })
    expect(returned.length).toBeGreaterThan(3)
  })

  test('the prices of lines are those of the version that holds', () => {
    const prices = new Map<string, number>()
    let changed = 0
    for (const { topic, value, planted } of events) {
      if (topic === 'products') {
        if (prices.has(value.sku)) changed += 1
        prices.set(value.sku, value.price_cents)
      }
      if (topic === 'orders' && planted !== 'return' && planted !== 'duplicate') {
        expect(value.price_cents).toBe(prices.get(value.sku))
      }
    }
    expect(changed).toBe(shop.truth.price_changes.length)
    expect(changed).toBeGreaterThan(5)
  })
})
