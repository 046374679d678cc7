import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatOf } from './formats.ts'
import { type Imported, NO_CONSENT } from './import-format.ts'

const AT = Date.UTC(2024, 5, 1)
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-merchant-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function imported(name: string, ...lines: readonly string[]): Promise<Imported[]> {
  const path = join(folder, name)
  writeFileSync(path, `${lines.join('\n')}\n`)
  const format = formatOf(path)
  expect(format.name).toBe('google-merchant')
  const all: Imported[] = []
  const set = new Map([['updated_at', '2024-06-01']])
  for await (const each of format.read(path, NO_CONSENT, { set })) all.push(each)
  return all
}

const HEADER =
  'id\ttitle\tdescription\tlink\timage link\tavailability\tprice\tsale price\tbrand\tgoogle product category\tproduct type\titem group id\tgtin\tcolor\tsize\tshipping'

describe('a feed of Google Merchant Center', () => {
  test('becomes products with sale price, path, variant, stock and attributes, hand-worked', async () => {
    const all = await imported(
      'feed.txt',
      HEADER,
      'sku-1\tMug, red\tHolds 450 ml\thttps://shop.example/m\thttps://shop.example/m.jpg\tin_stock\t12.99 GBP\t9.50 GBP\tAcme\t2169\tHome > Kitchen/Dining > Mugs\tmug\t5000000000012\tred\tL\tGB:::3.99 GBP',
      'sku-2\tCup\t\thttps://shop.example/c\t\tout of stock\t1500 JPY\t\t\tHome & Garden > Cups\t\t\t\t\t\t',
    )
    expect(all).toEqual([
      {
        kind: 'event',
        topic: 'products',
        value: {
          sku: 'sku-1',
          product_name: 'Mug, red',
          category: 'Home/Kitchen-Dining/Mugs',
          price_cents: 950,
          list_price_cents: 1299,
          currency: 'GBP',
          brand: 'Acme',
          description: 'Holds 450 ml',
          image_url: 'https://shop.example/m.jpg',
          parent_sku: 'mug',
          attributes: {
            colour: 'red',
            size: 'L',
            gtin: '5000000000012',
            google_product_category: '2169',
            link: 'https://shop.example/m',
          },
          updated_at: AT,
        },
      },
      {
        kind: 'event',
        topic: 'products',
        value: {
          sku: 'sku-2',
          product_name: 'Cup',
          category: 'Home & Garden/Cups',
          price_cents: 1500,
          currency: 'JPY',
          attributes: { google_product_category: 'Home & Garden > Cups', link: 'https://shop.example/c' },
          inventory: 0,
          updated_at: AT,
        },
      },
      { kind: 'noted', rule: 'column_left_out:shipping', count: 1 },
    ])
  })

  test('a sale counts while it lasts; a product to come is not shown before', async () => {
    const header = 'id,title,link,availability,availability_date,price,sale_price,sale_price_effective_date'
    const all = await imported(
      'feed.csv',
      header,
      'a,A,l,in_stock,,10.00 GBP,8.00 GBP,2024-05-31T00:00+0000/2024-06-01T00:00+0000',
      'b,B,l,in_stock,,10.00 GBP,8.00 GBP,2024-05-31T00:00+0000/2024-06-02T00:00+0000',
      'c,C,l,preorder,2024-07-01,10.00 GBP,,',
    )
    const values = all.flatMap((each) => (each.kind === 'event' ? [each.value] : []))
    expect(values.map((value) => value['price_cents'])).toEqual([1000, 800, 1000])
    expect(values[2]).toMatchObject({ available_from: Date.UTC(2024, 6, 1), category: 'Uncategorised' })
  })

  test('rows without a price, with an unknown word or a bad id are refused with line and reason', async () => {
    const all = await imported(
      'bad.tsv',
      'id\ttitle\tlink\tavailability\tprice\tsale_price',
      'a\tA\tl\tin_stock\t10.00\t',
      'b\tB\tl\tmaybe\t10.00 GBP\t',
      'c d\tC\tl\tin_stock\t10.00 GBP\t',
      'd\tD\tl\tin_stock\t10.00 GBP\t9 EUR',
      'e\t\tl\tin_stock\t10.00 GBP\t',
      'f',
    )
    expect(
      all.flatMap((each) => (each.kind === 'refused' ? [[each.line, each.reason, each.field]] : [])),
    ).toEqual([
      [2, 'bad_price', 'price'],
      [3, 'unknown_word', 'availability'],
      [4, 'bad_id', 'sku'],
      [5, 'currencies_differ', 'sale_price'],
      [6, 'missing_field', 'product_name'],
      [7, 'wrong_column_count', null],
    ])
  })
})
