import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nextPeriod } from '../../models/evaluation/split.ts'
import { hasRepeats, historyOf, shopperCount } from '../../models/sequences.ts'
import { readDataSet } from './data-sets.ts'
import { protocolNamed } from './protocols.ts'

const shared = resolve(import.meta.dirname, '../../../../shared/data')

describe('data sets for evaluation', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'endcap-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('online retail: one line per customer, product and invoice, without returns, guests and services', async () => {
    writeFileSync(
      join(folder, 'online-retail.csv.gz'),
      gzipSync(
        [
          'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
          '536366,B,bee,1,2010-12-02 00:00:00,1.0,17850.0,United Kingdom',
          '536365,A,"a, quoted",6,2010-12-01 23:59:00,2.55,17850.0,United Kingdom',
          '536365,A,again in the same invoice,1,2010-12-01 23:59:00,2.55,17850.0,United Kingdom',
          'C536370,A,return,-6,2010-12-03 08:26:00,2.55,17850.0,United Kingdom',
          '536371,A,guest,1,2010-12-03 08:26:00,2.55,,United Kingdom',
          '536372,POST,postage,1,2010-12-03 08:26:00,18.0,17850.0,France',
          '536373,C,free,1,2010-12-03 08:26:00,0.0,17850.0,France',
          '536374,A,,1,2010-12-31 08:26:00,2.55,12000.0,France',
          '',
        ].join('\n'),
      ),
    )
    const { interactions } = await readDataSet(folder, undefined)
    const { sequences, content } = interactions
    expect(content?.titles).toEqual(['a, quoted', 'bee'])
    expect(shopperCount(sequences)).toBe(2)
    expect(historyOf(sequences, 0)).toMatchObject({ items: Int32Array.of(0), days: Int32Array.of(30) })
    expect(historyOf(sequences, 1)).toEqual({
      items: Int32Array.of(0, 1),
      days: Int32Array.of(0, 1),
      lines: {
        orders: Int32Array.of(0, 1),
        atMs: Float64Array.of(Date.UTC(2010, 11, 1, 23, 59), Date.UTC(2010, 11, 2)),
        quantities: Int32Array.of(7, 1),
        priceCents: Int32Array.of(255, 100),
        discountCents: null,
      },
      person: { birthYear: null, gender: null, location: 'GB' },
    })
    expect(sequences.firstDayMs).toBe(Date.UTC(2010, 11, 1))
  })

  test('amazon beauty: items from 1 in the files, from 0 here, with titles and attributes', async () => {
    writeFileSync(
      join(folder, 'items.tsv.gz'),
      gzipSync(
        'item_id\tasin\ttitle\tphrase\tattribute_ids\n1\tB1\tRed nail\tnail\t3 1 3\n2\tB2\tBlue\tblue\t\n',
      ),
    )
    writeFileSync(join(folder, 'sequences.txt.gz'), gzipSync('7 2 1\n9 1\n'))
    const { interactions } = await readDataSet(folder, undefined)
    expect(interactions.content).toEqual({ titles: ['Red nail', 'Blue'], attributes: [[3, 1], []] })
    expect([...historyOf(interactions.sequences, 0).items]).toEqual([1, 0])
    writeFileSync(join(folder, 'sequences.txt.gz'), gzipSync('7 2 1\n9 3\n'))
    await expect(readDataSet(folder, undefined)).rejects.toThrow(
      "sequences.txt.gz, line 2: there is no item '3'",
    )
  })

  test('an Amazon category as S3-Rec ships it: attributes without titles, files named after the category', async () => {
    writeFileSync(join(folder, 'Toys.txt'), '7 2 1\n9 3\n')
    writeFileSync(join(folder, 'Toys_item2attributes.json'), '{"1": [4, 2, 4], "3": [1]}')
    const { interactions } = await readDataSet(folder, undefined)
    expect(interactions.content).toEqual({ titles: ['', '', ''], attributes: [[4, 2], [], [1]] })
    expect([...interactions.sequences.items]).toEqual([1, 0, 2])
  })

  test('topic files with vectors of pictures: by item number, none for a product without', async () => {
    const line = {
      order_id: 'o',
      customer_id: 'c',
      quantity: 1,
      ordered_at: 1_700_000_000_000,
      price_cents: 500,
    }
    const orders = ['cup', 'pan'].map((sku, number) => ({
      ...line,
      line_no: number + 1,
      sku,
      currency: 'EUR',
    }))
    writeFileSync(join(folder, 'orders.ndjson'), orders.map((order) => `${JSON.stringify(order)}\n`).join(''))
    const pictures = new Map([['pan', Float32Array.of(0.6, 0.8)]])
    const { content } = (await readDataSet(folder, undefined, pictures)).interactions
    expect(content?.vectors).toEqual([null, Float32Array.of(0.6, 0.8)])
    expect((await readDataSet(folder, undefined)).interactions.content?.vectors).toBeUndefined()
  })

  test('baskets split by the file, whatever its name', async () => {
    writeFileSync(
      join(folder, 'grocer.json'),
      '{"train": {"a": [[3, 1], [1]]}, "validate": {"b": [[0], [2, 0]]}, "test": {"c": [[2], [3], [3]]}}',
    )
    const { interactions } = await readDataSet(folder, undefined)
    const { sequences, ownSplit } = interactions
    expect([sequences.itemCount, shopperCount(sequences)]).toEqual([4, 3])
    expect(ownSplit).toEqual({ train: [0], validation: [1], test: [2] })
    expect([...historyOf(sequences, 1).items]).toEqual([0, 2, 0])
    expect([...(historyOf(sequences, 1).lines?.orders ?? [])]).toEqual([0, 1, 1])
    writeFileSync(
      join(folder, 'grocer.json'),
      '{"train": {"a": [[3]]}, "validate": {}, "test": {"c": [["x"]]}}',
    )
    await expect(readDataSet(folder, undefined)).rejects.toMatchObject({ code: 'BAD_INPUT_FILE' })
  })

  test('adventureworks: list prices, people, and orders of one day kept apart', async () => {
    for (const [table, text] of Object.entries(ADVENTUREWORKS)) {
      writeFileSync(join(folder, `AdventureWorks_${table}.csv.gz`), gzipSync(text))
    }
    const { sequences, content } = (await readDataSet(folder, undefined)).interactions
    expect(content?.titles).toEqual(['Cap', 'Helmet'])
    expect(content?.categories).toEqual(['Clothing/Caps', 'Accessories/Helmets'])
    expect(content?.listPriceCents).toEqual(Int32Array.of(899, 3499))
    expect(sequences.people).toEqual([{ birthYear: 1980, gender: 'female', location: 'FR' }])
    const { items, lines } = historyOf(sequences, 0)
    expect([...items]).toEqual([0, 1, 0])
    expect(lines).toMatchObject({ orders: Int32Array.of(0, 0, 1), quantities: Int32Array.of(2, 1, 1) })
  })

  test('an unknown format lists the known ones', async () => {
    await expect(readDataSet(folder, undefined)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('amazon-beauty, online-retail'),
    })
    await expect(readDataSet(folder, 'excel')).rejects.toThrow("no format 'excel'; known: amazon-beauty")
    await expect(readDataSet(join(folder, 'none'), undefined)).rejects.toThrow('there is no folder')
  })
})

const ADVENTUREWORKS = {
  Products:
    'ProductKey,ProductSubcategoryKey,ProductSKU,ProductName,ModelName,ProductDescription,ProductColor,ProductSize,ProductStyle,ProductCost,ProductPrice\n' +
    '1,31,HL-1,Helmet,Sport,Light,Red,0,0,13.0863,34.99\n2,19,CA-1,Cap,Cap,Warm,Multi,0,U,5.7052,8.99\n3,19,CA-2,Unsold,Cap,Warm,Multi,0,U,5.7052,8.99\n',
  Product_Subcategories:
    'ProductSubcategoryKey,SubcategoryName,ProductCategoryKey\n31,Helmets,4\n19,Caps,3\n',
  Product_Categories: 'ProductCategoryKey,CategoryName\n3,Clothing\n4,Accessories\n',
  Customers: 'CustomerKey,BirthDate,Gender\n11000,4/8/1980,F\n11001,5/9/1970,M\n',
  Territories: 'SalesTerritoryKey,Region,Country,Continent\n7,France,France,Europe\n',
  Returns: 'ReturnDate,TerritoryKey,ProductKey,ReturnQuantity\n',
  Sales_2015:
    'OrderDate,OrderNumber,ProductKey,CustomerKey,TerritoryKey,OrderLineItem,OrderQuantity\n1/2/2015,SO1,2,11000,7,1,2\n1/2/2015,SO1,1,11000,7,2,1\n',
  Sales_2016:
    'OrderDate,OrderNumber,ProductKey,CustomerKey,TerritoryKey,OrderLineItem,OrderQuantity\n1/2/2015,SO2,2,11000,7,1,1\n',
  Sales_2017: 'OrderDate,OrderNumber,ProductKey,CustomerKey,TerritoryKey,OrderLineItem,OrderQuantity\n',
}

describe('real data', () => {
  test('online retail has the published numbers of rows, customers, products and users', {
    timeout: 120_000,
  }, async (context) => {
    const path = join(shared, 'online-retail')
    if (!existsSync(path)) context.skip('../shared/data/online-retail is absent')
    const { interactions } = await readDataSet(path, undefined)
    const { sequences } = interactions
    expect([sequences.items.length, shopperCount(sequences), sequences.itemCount]).toEqual([
      386_326, 4334, 3659,
    ])
    const split = protocolNamed('next-period').split(interactions, { cutoffDay: undefined })
    expect(split.targets.length).toBe(1387)
    expect(split.training.asOfDay).toBe(343)
    expect(nextPeriod(interactions, { cutoffDay: 343, horizonDays: 30 }).targets).toEqual(split.targets)
  })

  test('adventureworks has its lines, buyers and products bought', {
    timeout: 120_000,
  }, async (context) => {
    const path = join(shared, 'adventureworks')
    if (!existsSync(path)) context.skip('../shared/data/adventureworks is absent')
    const { sequences } = (await readDataSet(path, undefined)).interactions
    expect([sequences.items.length, shopperCount(sequences), sequences.itemCount]).toEqual([
      56_046, 17_416, 130,
    ])
    expect(sequences.people?.every(({ location }) => location !== null)).toBe(true)
  })

  test('amazon beauty has the published numbers of users, items and interactions, and no repeats', async (context) => {
    const path = join(shared, 'amazon-beauty')
    if (!existsSync(path)) context.skip('../shared/data/amazon-beauty is absent')
    const { sequences, content } = (await readDataSet(path, 'amazon-beauty')).interactions
    expect([shopperCount(sequences), sequences.itemCount, sequences.items.length]).toEqual([
      22_363, 12_101, 198_502,
    ])
    expect(content?.titles.length).toBe(12_101)
    expect(hasRepeats(sequences)).toBe(false)
  })
})
