import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RecordValue } from '../../algebra/source.ts'
import { completeJourneyEvents, completeJourneyFormat } from './complete-journey.ts'
import { type JourneyLine, journeyLine, unitPrices } from './complete-journey-lines.ts'
import { type Imported, NO_CONSENT, type TableReader } from './import-format.ts'

const DAY = Date.UTC(2017, 0, 1)
const row = (fields: RecordValue = {}): RecordValue => ({
  household_id: 900,
  basket_id: 31198570047,
  product_id: 7,
  quantity: 1,
  sales_value: 0.99,
  retail_disc: 0,
  coupon_disc: 0,
  coupon_match_disc: 0,
  transaction_timestamp: DAY,
  ...fields,
})
const PRODUCTS = [
  {
    product_id: 7,
    manufacturer_id: 69,
    department: 'PASTRY',
    brand: 'Private',
    product_category: 'BREAD',
    product_type: 'BREAD:ITALIAN/FRENCH',
    package_size: '16 OZ',
  },
  { product_id: 8, manufacturer_id: 2, department: 'FUEL', product_type: 'GASOLINE-REG UNLEADED' },
  { product_id: 9, manufacturer_id: 2, department: 'GROCERY' },
]
const DEMOGRAPHICS = [
  { household_id: 900, age: '25-34', income: '35-49K' },
  { household_id: 1, age: '65+', income: null },
]

const tablesOf = (transactions: readonly RecordValue[]): TableReader => ({
  columns: () => Promise.resolve([]),
  rows: async function* (path) {
    const name = basename(path)
    if (name === 'products.parquet') yield PRODUCTS
    else if (name === 'demographics.parquet') yield DEMOGRAPHICS
    else yield transactions
  },
})

async function imported(...transactions: readonly RecordValue[]): Promise<Imported[]> {
  const all: Imported[] = []
  for await (const each of completeJourneyEvents('', tablesOf(transactions), NO_CONSENT)) all.push(each)
  return all
}

const orders = (all: readonly Imported[]) =>
  all.flatMap((each) => (each.kind === 'event' && each.topic === 'orders' ? [each.value] : []))

describe('Complete Journey as a shop', () => {
  test('gives products that were sold, households and order lines, hand-worked', async () => {
    const all = await imported(
      row({ sales_value: 0.99, retail_disc: 0.1 }),
      row({ household_id: 12, basket_id: 5, quantity: 2, sales_value: 3, transaction_timestamp: DAY + 1 }),
    )
    const line = { order_id: '31198570047', line_no: 1, customer_id: '900', sku: '7', quantity: 1 }
    expect(all).toEqual([
      {
        kind: 'event',
        topic: 'products',
        value: {
          sku: '7',
          product_name: 'BREAD:ITALIAN/FRENCH, 16 OZ',
          category: 'PASTRY/BREAD/BREAD:ITALIAN-FRENCH',
          price_cents: 150,
          currency: 'USD',
          brand: 'Private',
          attributes: { manufacturer: '69', package_size: '16 OZ' },
          updated_at: DAY + 1,
        },
      },
      { kind: 'skipped', rule: 'product_never_sold' },
      { kind: 'skipped', rule: 'product_never_sold' },
      {
        kind: 'event',
        topic: 'customers',
        value: { customer_id: '900', age: 30, consent: NO_CONSENT, updated_at: DAY },
      },
      {
        kind: 'event',
        topic: 'customers',
        value: { customer_id: '12', consent: NO_CONSENT, updated_at: DAY + 1 },
      },
      { kind: 'noted', rule: 'age_is_middle_of_band', count: 1 },
      { kind: 'noted', rule: 'household_facts_left_out', count: 2 },
      {
        kind: 'event',
        topic: 'orders',
        value: { ...line, price_cents: 109, price_discount_cents: 10, currency: 'USD', ordered_at: DAY },
      },
      {
        kind: 'event',
        topic: 'orders',
        value: {
          ...line,
          order_id: '5',
          customer_id: '12',
          quantity: 2,
          price_cents: 150,
          price_discount_cents: 0,
          currency: 'USD',
          ordered_at: DAY + 1,
        },
      },
    ])
  })

  test('the coupon of a manufacturer is part of what the shop was paid, and off for the shopper', async () => {
    // Shelf price 2.50 = 1.80 paid to the shop + 0.20 loyalty + 0.50 matched; the shopper paid 1.80 - 0.75.
    const [order] = orders(
      await imported(row({ sales_value: 1.8, retail_disc: 0.2, coupon_disc: 0.75, coupon_match_disc: 0.5 })),
    )
    expect(order).toMatchObject({ price_cents: 250, price_discount_cents: 145 })
  })

  test('amounts that do not divide by the quantity are rounded, and by how much is said', async () => {
    // 1.00 for three: 33 cents each, one cent less; 2.00 for three: 67 each, one cent more.
    const all = await imported(
      row({ quantity: 3, sales_value: 1 }),
      row({ quantity: 3, sales_value: 2 }),
      row({ quantity: 3, sales_value: 3 }),
    )
    expect(orders(all).map((order) => order['price_cents'])).toEqual([33, 67, 100])
    expect(all.slice(-3)).toEqual([
      { kind: 'noted', rule: 'unit_price_rounded', count: 2 },
      { kind: 'noted', rule: 'cents_rounded_down', count: 1 },
      { kind: 'noted', rule: 'cents_rounded_up', count: 1 },
    ])
  })

  test('fuel is sold by volume: one unit at the price of the line', async () => {
    const all = await imported(row({ product_id: 8, quantity: 8725, sales_value: 20.06, retail_disc: 0.01 }))
    expect(orders(all)).toMatchObject([{ quantity: 1, price_cents: 2007, price_discount_cents: 1 }])
    expect(all.at(-1)).toEqual({ kind: 'noted', rule: 'volume_as_one_unit', count: 1 })
  })

  test('a line without units is skipped if nothing was paid or taken off, else refused with its place', async () => {
    const worth = row({ quantity: 0, sales_value: 0, coupon_disc: 1 })
    const broken = row({ sales_value: null })
    const all = await imported(row({ quantity: 0, sales_value: 0 }), worth, broken, row({}))
    const place = { kind: 'refused', topic: 'orders', file: 'transactions.parquet' }
    expect(all.slice(-4)).toEqual([
      { kind: 'skipped', rule: 'nothing_sold' },
      { ...place, reason: 'quantity_not_positive', field: 'quantity', line: 2, raw: worth },
      { ...place, reason: 'unreadable', field: 'sales_value', line: 3, raw: broken },
      // Lines keep their number in the basket, whatever happens to those before them.
      { kind: 'event', topic: 'orders', value: expect.objectContaining({ line_no: 3 }) },
    ])
  })

  test('what is bought but not described is a product all the same', async () => {
    const all = await imported(row({ product_id: 77 }))
    expect(all).toContainEqual({
      kind: 'event',
      topic: 'products',
      value: {
        sku: '77',
        product_name: 'Product 77',
        category: 'Uncategorised',
        price_cents: 99,
        currency: 'USD',
        attributes: {},
        updated_at: DAY,
      },
    })
    expect(all).toContainEqual({ kind: 'noted', rule: 'product_not_described', count: 1 })
  })

  test('its folder is known by its files; without a reader of Parquet it says so', () => {
    const folder = mkdtempSync(join(tmpdir(), 'endcap-journey-'))
    for (const file of ['transactions', 'products']) writeFileSync(join(folder, `${file}.parquet`), '')
    expect(completeJourneyFormat.recognises(folder)).toBe(false)
    writeFileSync(join(folder, 'demographics.parquet'), '')
    expect(completeJourneyFormat.recognises(folder)).toBe(true)
    expect(() => completeJourneyFormat.read(folder, NO_CONSENT)).toThrow(/Parquet/)
    rmSync(folder, { recursive: true })
  })
})

const cents = fc.integer({ min: 0, max: 100_000 })
const lines: fc.Arbitrary<JourneyLine> = fc.record({
  household: fc.constant('h'),
  basket: fc.constant('b'),
  product: fc.constant('p'),
  quantity: fc.integer({ min: 1, max: 200 }),
  salesCents: cents,
  retailCents: cents,
  couponCents: cents,
  matchCents: cents,
  atMs: fc.constant(DAY),
})

describe('unit prices', () => {
  test('account for every cent that the shopper paid', () => {
    fc.assert(
      fc.property(lines, (line) => {
        const unit = unitPrices(line, false)
        const net = unit.quantity * (unit.priceCents - unit.discountCents)
        expect(net - unit.roundingCents - unit.unusedCents).toBe(line.salesCents - line.couponCents)
        expect(2 * Math.abs(unit.roundingCents)).toBeLessThanOrEqual(line.quantity)
        expect(unit.discountCents).toBeGreaterThanOrEqual(0)
        expect(unit.discountCents).toBeLessThanOrEqual(unit.priceCents)
      }),
    )
  })

  test('are exact for a volume, whatever it is', () => {
    fc.assert(
      fc.property(lines, (line) => {
        expect(unitPrices(line, true)).toMatchObject({ quantity: 1, roundingCents: 0 })
      }),
    )
  })
})

test('amounts are read as the cents that they stand for', () => {
  expect(journeyLine(row({ sales_value: 1.15, retail_disc: 0.29 }))).toMatchObject({
    salesCents: 115,
    retailCents: 29,
  })
  expect(journeyLine(row({ coupon_disc: 0.005 }))).toEqual({ badColumn: 'coupon_disc' })
  expect(journeyLine(row({ retail_disc: -1 }))).toEqual({ badColumn: 'retail_disc' })
  expect(journeyLine(row({ basket_id: null }))).toEqual({ badColumn: 'basket_id' })
})
