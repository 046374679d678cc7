import { afterEach, beforeEach, expect, test } from 'vitest'
import { NaiveShopState } from '../../../test/naive-shop-state.ts'
import { DAY_MS } from '../../core/duration.ts'
import { silentLogger } from '../../core/logger.ts'
import { createServer } from '../server.ts'
import { customerRoutes, type ErasureDesk, type ErasureStatus } from './customers.ts'

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
  const asked = new Map<string, ErasureStatus>()
  const desk: ErasureDesk = {
    request: (customer) => {
      const request = {
        id: `r-${customer}`,
        status: 'pending',
        requested_at: DAY,
        certificate: null,
      } as const
      asked.set(customer, request)
      return request
    },
    ofCustomer: (customer) => asked.get(customer) ?? null,
    status: (id) => asked.values().find((request) => request.id === id) ?? null,
  }
  app = await createServer({
    logger: silentLogger,
    version: '0.0.0',
    routes: [customerRoutes(state, desk)],
  })
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
    erasure: null,
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

test('an erasure is asked for, can be looked at, and is told beside what is still held', async () => {
  const asked = await app.inject({ method: 'DELETE', url: '/v1/customers/ann' })
  const erasure = { id: 'r-ann', status: 'pending', requested_at: DAY, certificate: null }
  expect([asked.statusCode, asked.headers.location, asked.json()]).toEqual([
    202,
    '/v1/erasures/r-ann',
    erasure,
  ])
  expect((await app.inject({ method: 'GET', url: '/v1/erasures/r-ann' })).json()).toEqual(erasure)
  expect((await get('ann')).json().erasure).toEqual(erasure)
  const unknown = await app.inject({ method: 'GET', url: '/v1/erasures/nothing' })
  expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'NOT_FOUND'])
})
