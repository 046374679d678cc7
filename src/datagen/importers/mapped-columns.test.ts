import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatOf } from './formats.ts'
import { type ColumnChoices, type Imported, NO_CONSENT } from './import-format.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-columns-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, ...lines: readonly string[]): string {
  const path = join(folder, name)
  const text = `${lines.join('\n')}\n`
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text)
  return path
}

async function imported(path: string, choices: ColumnChoices = {}): Promise<Imported[]> {
  const all: Imported[] = []
  for await (const each of formatOf(path).read(path, NO_CONSENT, choices)) all.push(each)
  return all
}

const pairs = (record: Readonly<Record<string, string>>) => new Map(Object.entries(record))
const SALES: ColumnChoices = {
  topic: 'orders',
  map: pairs({
    Invoice: 'order_id',
    'Customer ID': 'customer_id',
    Item: 'sku',
    Qty: 'quantity',
    'Unit price': 'price',
    When: 'ordered_at',
  }),
  set: pairs({ currency: 'GBP' }),
}
const HEADER = 'Invoice,Customer ID,Item,Qty,Unit price,When,Till'
const line = (fields: object) => ({
  kind: 'event',
  topic: 'orders',
  value: {
    order_id: 'i1',
    line_no: 1,
    customer_id: 'c1',
    sku: 'mug',
    quantity: 2,
    price_cents: 1299,
    price_discount_cents: 0,
    currency: 'GBP',
    ordered_at: Date.UTC(2024, 0, 2),
    ...fields,
  },
})

describe('files with columns of any names', () => {
  test('CSV becomes orders by a map; lines are numbered, guests have no customer, rounding is said', async () => {
    const path = file(
      'sales.csv.gz',
      HEADER,
      'i1,c1,mug,2,12.99,2024-01-02,4',
      'i1,,"cup",1.0,3.005,1704153600,4',
    )
    expect(await imported(path, SALES)).toEqual([
      line({}),
      line({ line_no: 2, customer_id: undefined, sku: 'cup', quantity: 1, price_cents: 301 }),
      { kind: 'noted', rule: 'amount_rounded', count: 1 },
      { kind: 'noted', rule: 'column_left_out:Till', count: 2 },
    ])
  })

  test('rows that cannot be read are refused with file, line and column, and the others are not', async () => {
    const path = file(
      'bad.csv',
      HEADER,
      'i1,c1,mug,two,12.99,2024-01-02,4',
      'i1,c1,mug,2,£12,2024-01-02,4',
      'i1,c1,mug,2,12.99,2024-02-30,4',
      'i1,c1,mug,2',
      'i 1,c1,mug,2,12.99,2024-01-02,4',
      'i1,c1,mug,200000,12.99,2024-01-02,4',
      ',c1,mug,2,12.99,2024-01-02,4',
      'i1,c1,mug,2,12.99,2024-01-02,4',
      '"never closed',
    )
    const all = await imported(path, SALES)
    expect(
      all.flatMap((each) =>
        each.kind === 'refused' ? [[each.file, each.line, each.reason, each.field]] : [],
      ),
    ).toEqual([
      ['bad.csv', 2, 'bad_number', 'Qty'],
      ['bad.csv', 3, 'bad_number', 'Unit price'],
      ['bad.csv', 4, 'bad_instant', 'When'],
      ['bad.csv', 5, 'wrong_column_count', null],
      ['bad.csv', 6, 'bad_id', 'order_id'],
      ['bad.csv', 7, 'out_of_range', 'quantity'],
      ['bad.csv', 8, 'missing_field', 'order_id'],
      ['bad.csv', 10, 'bad_csv', null],
    ])
    expect(all[1]).toMatchObject({ raw: { Invoice: 'i1', 'Unit price': '£12' } })
    expect(all.filter(({ kind }) => kind === 'event')).toEqual([line({ line_no: 5 })])
  })

  test('columns with our names need no map, nor does a topic that the file is named after', async () => {
    const path = file(
      'products.tsv',
      'sku\tproduct_name\tcategory\tprice\tcurrency\tupdated_at\tattributes.colour\tdeleted',
      'm\tMug\tHome/Mugs\t1500\tJPY\t1704153600000\tred\tno',
    )
    expect(await imported(path)).toEqual([
      {
        kind: 'event',
        topic: 'products',
        value: {
          sku: 'm',
          product_name: 'Mug',
          category: 'Home/Mugs',
          price_cents: 1500,
          currency: 'JPY',
          updated_at: 1_704_153_600_000,
          attributes: { colour: 'red' },
          deleted: false,
        },
      },
    ])
  })

  test('JSON lines reach into objects, and lists', async () => {
    const clicks = file(
      'web.jsonl',
      '{"id":"e1","what":"view_item","visit":{"id":"s1"},"t":"2024-01-02T00:00:00Z","product":"mug","shown":0.1}',
      '{"id":"e2",',
    )
    const map = pairs({
      id: 'event_id',
      what: 'event',
      'visit.id': 'session_id',
      t: 'occurred_at',
      product: 'payload.items.0.item_id',
      shown: 'payload.items.0.price',
    })
    expect(await imported(clicks, { topic: 'clickstream', map })).toEqual([
      {
        kind: 'event',
        topic: 'clickstream',
        value: {
          event_id: 'e1',
          event: 'view_item',
          session_id: 's1',
          occurred_at: Date.UTC(2024, 0, 2),
          payload: { items: [{ item_id: 'mug', price_cents: 10 }] },
        },
      },
      {
        kind: 'refused',
        topic: 'clickstream',
        reason: 'bad_json',
        field: null,
        file: 'web.jsonl',
        line: 2,
        raw: '{"id":"e2",',
      },
      // `visit` itself is no field; one of its members is used.
      { kind: 'noted', rule: 'column_left_out:visit', count: 1 },
    ])
  })

  test('customers without consent get what the user says, lists are divided', async () => {
    const path = file(
      'customers.csv',
      'customer_id,birth_year,consent.training,preferences.brands,updated_at',
      'a,1990,yes,Acme|Hyatt,2024-01-02',
    )
    const [customer] = await imported(path)
    expect(customer).toMatchObject({ kind: 'refused', reason: 'missing_field', line: 2 })
    const plain = file('customers.csv', 'customer_id,updated_at', 'a,2024-01-02')
    expect(await imported(plain)).toEqual([
      {
        kind: 'event',
        topic: 'customers',
        value: { customer_id: 'a', updated_at: Date.UTC(2024, 0, 2), consent: NO_CONSENT },
      },
    ])
  })

  test('Parquet is read by what the program provides', async () => {
    const path = file('orders.parquet', '')
    const row = {
      order_id: 'i1',
      customer_id: 'c1',
      sku: 'mug',
      quantity: 2,
      price: '12.99',
      currency: 'GBP',
    }
    const tables = {
      columns: () => Promise.resolve([...Object.keys(row), 'ordered_at']),
      rows: async function* () {
        yield [{ ...row, ordered_at: Date.UTC(2024, 0, 2) }]
      },
    }
    const all: Imported[] = []
    for await (const each of formatOf(path).read(path, NO_CONSENT, { tables })) all.push(each)
    expect(all).toEqual([line({})])
    await expect(imported(path)).rejects.toMatchObject({ code: 'BAD_INPUT_FILE' })
  })
})

describe('what is missing is said at once, before anything is read', () => {
  test('required fields without a column, columns and fields that are not there, fields named twice', async () => {
    const path = file('things.csv', 'a,sku,b', '1,2,3')
    const choices = {
      topic: 'orders',
      map: pairs({ a: 'order_id', c: 'quantity', b: 'colour' }),
      set: pairs({ order_id: 'x' }),
    }
    await expect(imported(path, choices)).rejects.toMatchObject({ code: 'USAGE' })
    await expect(imported(path, choices)).rejects.toThrow(
      "things.csv: --map 'c=quantity': there is no column 'c'; --map 'b=colour': orders has no field 'colour'; " +
        "--set 'order_id=x': 'order_id' is named twice; no column becomes price_cents, currency, ordered_at. " +
        'The columns are a, sku, b; fields of orders are order_id, line_no,',
    )
  })

  test('the topic, where the name of the file does not say it, or says none', async () => {
    const path = file('things.csv', 'sku', '2')
    await expect(imported(path)).rejects.toThrow(/add --topic, one of products, orders/)
    await expect(imported(path, { topic: 'sales' })).rejects.toThrow(/'sales' is no topic/)
  })
})
