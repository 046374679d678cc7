import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatOf } from './formats.ts'
import { type Imported, NO_CONSENT } from './import-format.ts'

const AT = Date.UTC(2024, 5, 1, 10, 30)
const TRAINING = { ...NO_CONSENT, training: true }
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-segment-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const track = (messageId: string, event: string, properties: object, fields: object = {}) => ({
  type: 'track',
  messageId,
  anonymousId: 'anon-1',
  timestamp: '2024-06-01T10:30:00.000Z',
  event,
  properties,
  ...fields,
})

async function imported(...calls: readonly (object | string)[]): Promise<Imported[]> {
  const path = join(folder, 'export.ndjson')
  writeFileSync(
    path,
    calls.map((call) => (typeof call === 'string' ? call : JSON.stringify(call))).join('\n'),
  )
  const format = formatOf(path)
  expect(format.name).toBe('segment')
  const all: Imported[] = []
  for await (const each of format.read(path, TRAINING)) all.push(each)
  return all
}

const click = (value: object) => ({
  kind: 'event',
  topic: 'clickstream',
  value: { occurred_at: AT, session_id: 'anon-1.2024-06-01', ...value },
})
const order = (value: object) => ({
  kind: 'event',
  topic: 'orders',
  value: {
    order_id: 'o-1',
    customer_id: 'u-1',
    price_discount_cents: 0,
    currency: 'GBP',
    ordered_at: AT,
    ...value,
  },
})

describe('an export of Segment', () => {
  test('visits become clicks by their names in GA4', async () => {
    const mug = { product_id: 'mug', sku: 'M-1', name: 'Mug', category: 'Home', price: 12.99, position: 3 }
    expect(
      await imported(
        track('m-1', 'Product Viewed', mug, { context: { sessionId: 's-9' } }),
        track('m-2', 'Products Searched', { query: 'red mug' }),
        track('m-3', 'Product Added to Wishlist', { sku: 'M-1', currency: 'JPY', price: 1500 }),
        track('m-4', 'Coupon Entered', {}),
        { type: 'page', messageId: 'm-5', anonymousId: 'anon-1', timestamp: '2024-06-01T10:30:00Z' },
      ),
    ).toEqual([
      click({
        event_id: 'm-1',
        event: 'view_item',
        session_id: 's-9',
        payload: {
          items: [{ item_id: 'mug', item_name: 'Mug', item_category: 'Home', price_cents: 1299, index: 3 }],
        },
      }),
      click({ event_id: 'm-2', event: 'search', payload: { search_term: 'red mug' } }),
      click({
        event_id: 'm-3',
        event: 'add_to_wishlist',
        payload: { items: [{ item_id: 'M-1', price_cents: 1500 }] },
      }),
      { kind: 'skipped', rule: 'event_not_used' },
      { kind: 'skipped', rule: 'call_page' },
    ])
  })

  test('an order is a purchase and its lines; a refund takes listed lines back', async () => {
    const products = [
      { product_id: 'mug', price: 12.99, quantity: 2 },
      { product_id: 'cup', price: '3.5' },
    ]
    const bought = { order_id: 'o-1', currency: 'gbp', discount: 1, products }
    const refunded = {
      order_id: 'o-1',
      currency: 'GBP',
      products: [{ product_id: 'mug', price: 12.99, quantity: 1 }],
    }
    const all = await imported(
      track('m-1', 'Order Completed', bought, { userId: 'u-1' }),
      track('m-2', 'Order Refunded', refunded, { userId: 'u-1' }),
      track('m-3', 'Order Refunded', { order_id: 'o-1' }),
    )
    expect(all).toEqual([
      {
        kind: 'event',
        topic: 'customers',
        value: { customer_id: 'u-1', consent: TRAINING, updated_at: AT },
      },
      click({
        event_id: 'm-1',
        event: 'purchase',
        customer_id: 'u-1',
        payload: {
          items: [
            { item_id: 'mug', price_cents: 1299, quantity: 2 },
            { item_id: 'cup', price_cents: 350 },
          ],
        },
      }),
      order({ line_no: 1, sku: 'mug', quantity: 2, price_cents: 1299 }),
      order({ line_no: 2, sku: 'cup', quantity: 1, price_cents: 350 }),
      order({ order_id: 'refund-m-2', line_no: 1, sku: 'mug', quantity: -1, price_cents: 1299 }),
      expect.objectContaining({ kind: 'refused', reason: 'refund_without_products', line: 3 }),
      { kind: 'noted', rule: 'order_discount_left_out', count: 1 },
    ])
  })

  test('a customer is told of before the first event, and again when traits say something new', async () => {
    const identify = (traits: object, day: number) => ({
      type: 'identify',
      messageId: `i-${day}`,
      userId: 'u-1',
      timestamp: `2024-06-0${day}T00:00:00Z`,
      traits,
    })
    const traits = {
      email: 'a@b.example',
      birthday: '1990-05-01',
      gender: 'Female',
      address: { country: 'GB' },
    }
    const all = await imported(
      track('m-1', 'Signed In', {}, { userId: 'u-1' }),
      identify(traits, 2),
      identify({ ...traits, email: 'c@d.example' }, 3),
    )
    const customer = { customer_id: 'u-1', consent: TRAINING }
    expect(
      all.flatMap((each) => (each.kind === 'event' && each.topic === 'customers' ? [each.value] : [])),
    ).toEqual([
      { ...customer, updated_at: AT },
      { ...customer, birth_year: 1990, gender: 'female', location: 'GB', updated_at: Date.UTC(2024, 5, 2) },
    ])
  })

  test('an identify call of the same instant is a version of its own', async () => {
    const all = await imported(track('m-1', 'Signed In', {}, { userId: 'u-1' }), {
      type: 'identify',
      messageId: 'i-1',
      userId: 'u-1',
      timestamp: new Date(AT).toISOString(),
      traits: { age: 30 },
    })
    expect(all.at(-1)).toMatchObject({ topic: 'customers', value: { age: 30, updated_at: AT + 1 } })
  })

  test('lines that are no calls, have no instant or break the contract are refused with their place', async () => {
    const all = await imported(
      track('m-1', 'Product Viewed', { product_id: 'mug' }, { timestamp: 'soon' }),
      '{"type":"track",',
      track('m-2', 'Product Viewed', { product_id: 'a mug' }),
      track('m-3', 'Order Completed', { order_id: 'o-2', products: [{ product_id: 'mug', price: 'free' }] }),
    )
    expect(
      all.flatMap((each) =>
        each.kind === 'refused' ? [[each.line, each.topic, each.reason, each.field]] : [],
      ),
    ).toEqual([
      [1, null, 'bad_instant', 'timestamp'],
      [2, null, 'bad_json', null],
      [3, 'clickstream', 'bad_id', 'payload.items.0.item_id'],
      [4, 'orders', 'missing_field', 'price_cents'],
    ])
  })
})
