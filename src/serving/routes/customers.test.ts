import { afterEach, beforeEach, expect, test } from 'vitest'
import { NaiveShopState } from '../../../test/naive-shop-state.ts'
import { DAY_MS } from '../../core/duration.ts'
import { silentLogger } from '../../core/logger.ts'
import { createServer } from '../server.ts'
import { customerRoutes } from './customers.ts'

const DAY = Date.UTC(2026, 5, 15)
const ann = {
  customer_id: 'ann',
  consent: { personalisation: true, demographics: false, training: false },
  updated_at: 1,
}
let app: Awaited<ReturnType<typeof createServer>>

beforeEach(async () => {
  const state = new NaiveShopState()
  state.add('customers', 1, ann)
  const line = {
    order_id: 'o1',
    line_no: 1,
    quantity: 2,
    price_cents: 500,
    price_discount_cents: 0,
    currency: 'GBP',
  }
  for (const [customer_id, sku] of [
    ['ann', 'mug'],
    ['bob', 'tea'],
  ]) {
    state.add('orders', DAY + 7, {
      ...line,
      order_id: `o-${customer_id}`,
      customer_id,
      sku,
      ordered_at: DAY + 7,
    })
  }
  app = await createServer({ logger: silentLogger, version: '0.0.0', routes: [customerRoutes(state)] })
})
afterEach(() => app.close())

const get = (id: string) => app.inject({ method: 'GET', url: `/v1/customers/${id}` })

test('tells what is held of a customer, and nothing of anybody else', async () => {
  const response = await get('ann')
  expect(response.statusCode).toBe(200)
  expect(response.json()).toEqual({
    customer_id: 'ann',
    log_position: 3,
    customer: ann,
    tiles: {
      shopper_product: [
        {
          key: ['mug'],
          tile_start: DAY,
          measures: { views: 0, carts: 0, wishes: 0, unwishes: 0, purchases: 1, units: 2 },
        },
      ],
      shopper_last_seen: [
        { key: [], tile_start: DAY, measures: { last_seen_at: DAY + 7, last_purchase_at: DAY + 7 } },
      ],
      shopper_recent: [{ key: [], tile_start: DAY, measures: { recent: [{ word: 'mug', at: DAY + 7 }] } }],
      shopper_activity: [
        {
          key: [],
          tile_start: DAY,
          measures: {
            views: 0,
            carts: 0,
            lines: 1,
            bought_units: 2,
            units: 2,
            revenue_cents: 1000,
            discounted_units: 0,
            discount_cents: 0,
          },
        },
      ],
      shopper_order: [{ key: ['o-ann'], tile_start: DAY, measures: { lines: 1, units: 2 } }],
      shopper_price: [{ key: ['475'], tile_start: DAY, measures: { lines: 1, price_cents: 500 } }],
    },
  })
  expect(DAY % DAY_MS).toBe(0)
})

test('of somebody with events alone there are the tiles, of somebody unknown a problem without the id', async () => {
  expect((await get('bob')).json()).toMatchObject({
    customer: null,
    tiles: { shopper_product: [{ key: ['tea'] }] },
  })
  const unknown = await get('nobody-here')
  expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'NOT_FOUND'])
  expect(unknown.json().detail).not.toContain('nobody-here')
})
