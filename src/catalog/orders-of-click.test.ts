import { describe, expect, test } from 'vitest'
import { ordersOfClick } from './orders-of-click.ts'

const purchase = {
  event_id: 'e-1',
  event: 'purchase',
  occurred_at: 1000,
  session_id: 's-1',
  customer_id: 'ann',
  payload: {
    items: [{ item_id: 'mug', price_cents: 500, quantity: 2, discount_cents: 50 }, { item_id: 'jug' }],
    extra: { transaction_id: 'T-9' },
  },
}

describe('the order of a purchase click', () => {
  test('has one line an item, of the transaction that the click names', () => {
    expect(ordersOfClick(purchase, 'GBP')).toEqual([
      {
        order_id: 'T-9',
        line_no: 1,
        customer_id: 'ann',
        sku: 'mug',
        quantity: 2,
        price_cents: 500,
        price_discount_cents: 50,
        currency: 'GBP',
        ordered_at: 1000,
      },
      {
        order_id: 'T-9',
        line_no: 2,
        customer_id: 'ann',
        sku: 'jug',
        quantity: 1,
        price_discount_cents: 0,
        currency: 'GBP',
        ordered_at: 1000,
      },
    ])
  })

  test('is named after the click where it names no transaction, and is a guest order without a customer', () => {
    const { customer_id: _, ...guest } = { ...purchase, payload: { items: [{ item_id: 'mug' }] } }
    const [line] = ordersOfClick(guest, undefined)
    expect(line).toMatchObject({ order_id: 'e-1', line_no: 1 })
    expect(line).not.toHaveProperty('customer_id')
    expect(line).not.toHaveProperty('currency')
  })

  test('is none for other clicks, for bots and for a purchase of nothing', () => {
    expect(ordersOfClick({ ...purchase, event: 'add_to_cart' }, 'GBP')).toEqual([])
    expect(ordersOfClick({ ...purchase, bot: 'declared' }, 'GBP')).toEqual([])
    expect(ordersOfClick({ ...purchase, payload: {} }, 'GBP')).toEqual([])
  })
})
