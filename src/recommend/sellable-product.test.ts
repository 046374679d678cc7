import { describe, expect, test } from 'vitest'
import { NaiveShopState } from '../../test/naive-shop-state.ts'
import { sellableProduct, sellableState } from './sellable-product.ts'

const mug = {
  sku: 'mug',
  product_name: 'The mug',
  category: 'Home',
  inventory: 7,
  price_cents: 500,
  currency: 'GBP',
  updated_at: 100,
}
const level = (inventory: number, updated_at: number, fields: object = {}) => ({
  sku: 'mug',
  inventory,
  updated_at,
  ...fields,
})

describe('a product as it is sold now', () => {
  test.each([
    ['newer', 101, 3, 450],
    ['of the same instant', 100, 3, 450],
    ['older', 99, 7, 500],
  ])('has stock and price of an inventory record that is %s', (_, updatedAt, inventory, price_cents) => {
    const sold = sellableProduct(mug, level(3, updatedAt, { price_cents: 450 }))
    expect(sold).toEqual({ ...mug, inventory, price_cents })
  })

  test('keeps its own price where the inventory record has none, and everything where there is no record', () => {
    expect(sellableProduct(mug, level(0, 101))).toEqual({ ...mug, inventory: 0 })
    expect(sellableProduct(mug, undefined)).toBe(mug)
  })

  test('of the state follows both topics, and hears of either as of the product', () => {
    const logged = new NaiveShopState()
    const state = sellableState(logged)
    const stock = () => [
      state.entity('products', 'mug')?.['inventory'],
      ...[...state.entities('products')].map(({ inventory }) => inventory),
    ]
    logged.add('inventory', 90, level(1, 90))
    expect(state.entity('products', 'mug')).toBeUndefined()
    logged.add('products', 100, mug)
    expect(stock()).toEqual([7, 7])
    logged.add('inventory', 110, level(2, 110))
    expect(stock()).toEqual([2, 2])
    logged.add('inventory', 120, level(0, 120))
    expect(stock()).toEqual([0, 0])
    logged.add('inventory', 115, level(9, 115))
    expect(stock()).toEqual([0, 0])
    logged.add('products', 130, { ...mug, inventory: 40, updated_at: 130 })
    expect(stock()).toEqual([40, 40])
    expect(state.entity('inventory', 'mug')?.['inventory']).toBe(0)
  })
})
