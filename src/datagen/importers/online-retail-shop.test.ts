import { describe, expect, test } from 'vitest'
import { type Imported, NO_CONSENT } from './import-format.ts'
import type { OnlineRetailLine } from './online-retail.ts'
import { onlineRetailEvents } from './online-retail-shop.ts'

const DAY = Date.UTC(2011, 4, 2)
const ALL = { personalisation: true, demographics: true, training: true }

const line = (fields: Partial<OnlineRetailLine>): OnlineRetailLine => ({
  invoice: '536365',
  stockCode: '85123A',
  description: 'T-LIGHT HOLDER',
  quantity: 6,
  invoiceDateMs: DAY,
  unitPriceCents: 255,
  customerId: '17850',
  country: 'United Kingdom',
  ...fields,
})

async function imported(lines: readonly OnlineRetailLine[], consent = ALL) {
  async function* read() {
    yield* lines
  }
  const all: Imported[] = []
  for await (const each of onlineRetailEvents(read, consent)) all.push(each)
  return all
}

describe('Online Retail as a shop', () => {
  test('gives products, customers and order lines, hand-worked', async () => {
    const events = await imported([
      line({}),
      line({ stockCode: '85123a', description: '', unitPriceCents: 295, invoiceDateMs: DAY + 1 }),
      line({
        invoice: 'C536370',
        quantity: -2,
        invoiceDateMs: DAY + 2,
        unitPriceCents: 295,
        country: 'EIRE',
      }),
      line({
        invoice: '536371',
        customerId: null,
        stockCode: '22 0',
        description: 'JUG',
        country: 'Unspecified',
      }),
    ])
    expect(events).toEqual([
      {
        kind: 'event',
        topic: 'products',
        value: {
          sku: '85123A',
          product_name: 'T-LIGHT HOLDER',
          category: 'Uncategorised',
          price_cents: 295,
          currency: 'GBP',
          updated_at: DAY + 1,
        },
      },
      {
        kind: 'event',
        topic: 'products',
        value: {
          sku: '22-0',
          product_name: 'JUG',
          category: 'Uncategorised',
          price_cents: 255,
          currency: 'GBP',
          updated_at: DAY,
        },
      },
      {
        kind: 'event',
        topic: 'customers',
        value: { customer_id: '17850', location: 'IE', consent: ALL, updated_at: DAY },
      },
      { kind: 'event', topic: 'orders', value: order({ order_id: '536365', line_no: 1 }) },
      {
        kind: 'event',
        topic: 'orders',
        value: order({ order_id: '536365', line_no: 2, price_cents: 295, ordered_at: DAY + 1 }),
      },
      {
        kind: 'event',
        topic: 'orders',
        value: order({
          order_id: 'C536370',
          line_no: 1,
          quantity: -2,
          price_cents: 295,
          ordered_at: DAY + 2,
        }),
      },
      {
        kind: 'event',
        topic: 'orders',
        value: { ...guestOrder, order_id: '536371', line_no: 1, sku: '22-0' },
      },
    ])
  })

  test('skips service lines by rule and refuses lines without a price, each with its place in the file', async () => {
    const free = line({ unitPriceCents: 0, description: '?' })
    const events = await imported([line({ stockCode: 'POST' }), line({ stockCode: 'm' }), free, line({})])
    expect(events.filter(({ kind }) => kind !== 'event')).toEqual([
      { kind: 'skipped', rule: 'service_line' },
      { kind: 'skipped', rule: 'service_line' },
      {
        kind: 'refused',
        topic: 'orders',
        reason: 'price_not_positive',
        field: 'UnitPrice',
        file: 'online-retail.csv.gz',
        line: 4,
        raw: free,
      },
    ])
    // Lines keep their number in the invoice, whatever happens to those before them.
    expect(events.at(-1)).toEqual({
      kind: 'event',
      topic: 'orders',
      value: order({ order_id: '536365', line_no: 4 }),
    })
  })

  test('a product is called what it is called most often', async () => {
    const names = ['A', 'B', 'B', '']
    const [product] = await imported(names.map((description) => line({ description })))
    expect(product).toMatchObject({ value: { product_name: 'B' } })
  })

  test('people agree to nothing unless told, and countries that are none are left out', async () => {
    const events = await imported([line({ country: 'European Community' })], NO_CONSENT)
    expect(events[1]).toEqual({
      kind: 'event',
      topic: 'customers',
      value: { customer_id: '17850', consent: NO_CONSENT, updated_at: DAY },
    })
  })
})

const guestOrder = {
  sku: '85123A',
  quantity: 6,
  price_cents: 255,
  price_discount_cents: 0,
  currency: 'GBP',
  ordered_at: DAY,
}
const order = (fields: object) => ({ ...guestOrder, customer_id: '17850', ...fields })
