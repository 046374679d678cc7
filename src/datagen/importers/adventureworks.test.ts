import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adventureWorksEvents, adventureWorksFormat } from './adventureworks.ts'
import { type Imported, NO_CONSENT } from './import-format.ts'

const REAL = new URL('../../../../shared/data/adventureworks', import.meta.url).pathname
const FILES: Readonly<Record<string, readonly string[]>> = {
  Product_Categories: ['ProductCategoryKey,CategoryName', '4,Accessories'],
  Product_Subcategories: ['ProductSubcategoryKey,SubcategoryName,ProductCategoryKey', '31,Helmets,4'],
  Products: [
    'ProductKey,ProductSubcategoryKey,ProductSKU,ProductName,ModelName,ProductDescription,ProductColor,ProductSize,ProductStyle,ProductCost,ProductPrice',
    '214,31,HL-U509-R,"Sport-100 Helmet, Red",Sport-100,"Universal fit, light.",Red,0,0,13.0863,34.995',
    '215,31,HL-U509,"Sport-100 Helmet, NA",Sport-100,Fits.,NA,M,U,12,free',
  ],
  Customers: [
    'CustomerKey,Prefix,FirstName,LastName,BirthDate,MaritalStatus,Gender,EmailAddress,AnnualIncome,TotalChildren,EducationLevel,Occupation,HomeOwner',
    '11000,MR.,JON,YANG,4/8/1966,M,M,jon24@adventure-works.com,"$90,000 ",2,Bachelors,Professional,Y',
    '11001,,ANN,LEE,12/31/1980,S,NA,ann@adventure-works.com,"$60,000 ",0,Bachelors,Professional,N',
  ],
  Territories: [
    'SalesTerritoryKey,Region,Country,Continent',
    '1,Northwest,United States,North America',
    '10,United Kingdom,United Kingdom,Europe',
  ],
  Sales_2015: [
    'OrderDate,StockDate,OrderNumber,ProductKey,CustomerKey,TerritoryKey,OrderLineItem,OrderQuantity',
    '1/2/2015,9/21/2001,SO1,214,11000,1,1,2',
  ],
  Sales_2016: [
    'OrderDate,StockDate,OrderNumber,ProductKey,CustomerKey,TerritoryKey,OrderLineItem,OrderQuantity',
    '12/31/2016,9/21/2001,SO2,214,11000,10,3,1',
    '2/30/2016,9/21/2001,SO3,214,11000,10,1,1',
    '3/1/2016,9/21/2001,SO4,999,11000,10,1,1',
  ],
  Sales_2017: [
    'OrderDate,StockDate,OrderNumber,ProductKey,CustomerKey,TerritoryKey,OrderLineItem,OrderQuantity',
    '1/1/2017,9/21/2001,SO2,214,11000,10,3,4',
  ],
  Returns: ['ReturnDate,TerritoryKey,ProductKey,ReturnQuantity', '1/18/2015,9,214,1', '1/19/2015,9,214,1.5'],
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-adventureworks-'))
  for (const [table, lines] of Object.entries(FILES)) {
    writeFileSync(join(folder, `AdventureWorks_${table}.csv.gz`), gzipSync(`${lines.join('\n')}\n`))
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

async function imported(path: string): Promise<Imported[]> {
  const all: Imported[] = []
  for await (const each of adventureWorksEvents(path, NO_CONSENT)) all.push(each)
  return all
}

const events = (all: readonly Imported[], topic: string) =>
  all.flatMap((each) => (each.kind === 'event' && each.topic === topic ? [each.value] : []))

describe('AdventureWorks as a shop', () => {
  test('products have path, price, cost, colour and model; customers birth year, gender and country', async () => {
    const all = await imported(folder)
    expect(adventureWorksFormat.recognises(folder)).toBe(true)
    expect(events(all, 'products')).toEqual([
      {
        sku: 'HL-U509-R',
        product_name: 'Sport-100 Helmet, Red',
        category: 'Accessories/Helmets',
        price_cents: 3500,
        cost_cents: 1309,
        currency: 'USD',
        description: 'Universal fit, light.',
        parent_sku: 'model-Sport-100',
        attributes: { colour: 'Red' },
        updated_at: Date.UTC(2015, 0, 2),
      },
    ])
    expect(events(all, 'customers')).toEqual([
      {
        customer_id: '11000',
        birth_year: 1966,
        gender: 'male',
        // The last territory in which an order was placed.
        location: 'GB',
        consent: NO_CONSENT,
        updated_at: Date.UTC(2015, 0, 2),
      },
      { customer_id: '11001', birth_year: 1980, consent: NO_CONSENT, updated_at: Date.UTC(2015, 0, 2) },
    ])
  })

  test('sales are order lines at the product’s price; returns are lines of guests below zero', async () => {
    const line = { sku: 'HL-U509-R', price_cents: 3500, price_discount_cents: 0, currency: 'USD' }
    expect(events(await imported(folder), 'orders')).toEqual([
      {
        ...line,
        order_id: 'SO1',
        line_no: 1,
        customer_id: '11000',
        quantity: 2,
        ordered_at: Date.UTC(2015, 0, 2),
      },
      {
        ...line,
        order_id: 'SO2',
        line_no: 3,
        customer_id: '11000',
        quantity: 1,
        ordered_at: Date.UTC(2016, 11, 31),
      },
      // The number of the line before, so one of its own.
      {
        ...line,
        order_id: 'SO2',
        line_no: 1003,
        customer_id: '11000',
        quantity: 4,
        ordered_at: Date.UTC(2017, 0, 1),
      },
      { ...line, order_id: 'return-1', line_no: 1, quantity: -1, ordered_at: Date.UTC(2015, 0, 18) },
    ])
  })

  test('what cannot be read is refused with file, line and reason', async () => {
    const refused = (await imported(folder)).flatMap((each) =>
      each.kind === 'refused' ? [[each.file.slice(15), each.line, each.topic, each.reason, each.field]] : [],
    )
    expect(refused).toEqual([
      ['Products.csv.gz', 3, 'products', 'missing_field', 'price_cents'],
      ['Sales_2016.csv.gz', 3, 'orders', 'bad_instant', 'OrderDate'],
      ['Sales_2016.csv.gz', 4, 'orders', 'unknown_product', 'ProductKey'],
      ['Returns.csv.gz', 3, 'orders', 'missing_field', 'quantity'],
    ])
  })
})

test('all of AdventureWorks', async (ctx) => {
  ctx.skip(!existsSync(REAL), 'the data set AdventureWorks is not there')
  const all = await imported(REAL)
  expect(all.filter(({ kind }) => kind === 'refused')).toEqual([])
  const orders = events(all, 'orders')
  expect([events(all, 'products').length, events(all, 'customers').length, orders.length]).toEqual([
    293, 18_148, 57_857,
  ])
  expect(orders.filter((order) => Number(order['quantity']) < 0)).toHaveLength(1809)
  // Order SO74124 has its second line twice, of two products.
  expect(new Set(orders.map((order) => `${order['order_id']}:${order['line_no']}`)).size).toBe(57_857)
  expect(all).toContainEqual({ kind: 'noted', rule: 'line_renumbered', count: 1 })
  expect(new Set(orders.map((order) => order['customer_id'])).size - 1).toBe(17_416)
}, 30_000)
