import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordValue } from '../../algebra/source.ts'
import type { Customer } from '../../catalog/events/customers.ts'
import { minorUnits } from './decimal.ts'
import type { Consent, Imported, ImportFormat } from './import-format.ts'
import { delimitedRows } from './rows.ts'
import { checkedEvent, refusedAt } from './shape-check.ts'

const PREFIX = 'AdventureWorks_'
const SALES = ['Sales_2015', 'Sales_2016', 'Sales_2017'] as const
const OTHERS = [
  'Products',
  'Product_Subcategories',
  'Product_Categories',
  'Customers',
  'Territories',
  'Returns',
] as const
const CURRENCY = 'USD'
const DIGITS = 2
const RENUMBERED_BY = 1000

/** ISO 3166 of the countries of the sales territories. */
const COUNTRY_CODES: Readonly<Record<string, string>> = {
  Australia: 'AU',
  Canada: 'CA',
  France: 'FR',
  Germany: 'DE',
  'United Kingdom': 'GB',
  'United States': 'US',
}
const GENDERS: Readonly<Record<string, string>> = { F: 'female', M: 'male' }

/** The sales of Microsoft's AdventureWorks as a shop: the folder with its CSV files, packed. */
export const adventureWorksFormat: ImportFormat = {
  name: 'adventureworks',
  recognises: (path) => [...SALES, ...OTHERS].every((table) => existsSync(fileOf(path, table))),
  read: adventureWorksEvents,
}

const nameOf = (table: string): string => `${PREFIX}${table}.csv.gz`
const fileOf = (folder: string, table: string): string => join(folder, nameOf(table))

/**
 * Products, customers, order lines and returns, each in file order. The sales are read twice: the first time for where
 * and when each customer bought first and last.
 *
 * @throws EndcapError BAD_INPUT_FILE if a file cannot be read
 * @source Microsoft AdventureWorks samples; MIT
 */
export async function* adventureWorksEvents(folder: string, consent: Consent): AsyncGenerator<Imported> {
  const visits = await visitsOf(folder)
  const categories = await categoryPaths(folder)
  const products = new Map<string, RecordValue>()
  for await (const line of linesOf(folder, 'Products')) {
    const product = productOf(line.cells, categories, visits.firstAt)
    const event = checkedEvent('products', product, line)
    if (event.kind === 'event') products.set(line.cells['ProductKey'] ?? '', product)
    yield event
  }
  const countries = await keyed(folder, 'Territories', 'SalesTerritoryKey', 'Country')
  for await (const line of linesOf(folder, 'Customers')) {
    const visit = visits.customers.get(line.cells['CustomerKey'] ?? '')
    const country = countries.get(visit?.territory ?? '')
    const firstAt = visit?.firstAt ?? visits.firstAt
    yield checkedEvent('customers', customerOf(line.cells, country, firstAt, consent), line)
  }
  const sales = new SaleLines()
  for (const table of SALES) yield* lineEvents(folder, table, products, sales.lineOf)
  yield* lineEvents(folder, 'Returns', products, returnOf)
  yield { kind: 'noted', rule: 'list_price_for_all_sales', count: products.size }
  if (sales.renumbered > 0) yield { kind: 'noted', rule: 'line_renumbered', count: sales.renumbered }
}

type Cells = Readonly<Record<string, string>>
type Line = { readonly cells: Cells; readonly file: string; readonly line: number; readonly raw: unknown }

async function* linesOf(folder: string, table: string): AsyncGenerator<Line> {
  for await (const each of delimitedRows(fileOf(folder, table), ',')) {
    const place = { file: nameOf(table), line: each.line }
    if ('row' in each) yield { ...place, cells: each.row as Cells, raw: each.row }
    else yield { ...place, cells: {}, raw: each.raw }
  }
}

async function keyed(
  folder: string,
  table: string,
  key: string,
  value: string,
): Promise<Map<string, string>> {
  const map = new Map<string, string>()
  for await (const { cells } of linesOf(folder, table)) map.set(cells[key] ?? '', cells[value] ?? '')
  return map
}

/** Subcategory to its path, `Accessories/Helmets`. */
async function categoryPaths(folder: string): Promise<ReadonlyMap<string, string>> {
  const tops = await keyed(folder, 'Product_Categories', 'ProductCategoryKey', 'CategoryName')
  const paths = new Map<string, string>()
  for await (const { cells } of linesOf(folder, 'Product_Subcategories')) {
    const top = tops.get(cells['ProductCategoryKey'] ?? '') ?? 'Uncategorised'
    paths.set(cells['ProductSubcategoryKey'] ?? '', `${top}/${cells['SubcategoryName'] ?? ''}`)
  }
  return paths
}

type Visits = {
  /** The first day of sales. */
  readonly firstAt: number
  readonly customers: ReadonlyMap<string, { readonly firstAt: number; readonly territory: string }>
}

async function visitsOf(folder: string): Promise<Visits> {
  const customers = new Map<string, { firstAt: number; lastAt: number; territory: string }>()
  let firstAt = Number.POSITIVE_INFINITY
  for (const table of SALES) {
    for await (const { cells } of linesOf(folder, table)) {
      const at = dayOf(cells['OrderDate'])
      if (at === null) continue
      firstAt = Math.min(firstAt, at)
      const [key, territory] = [cells['CustomerKey'] ?? '', cells['TerritoryKey'] ?? '']
      const known = customers.get(key)
      if (known === undefined) customers.set(key, { firstAt: at, lastAt: at, territory })
      else if (at >= known.lastAt) Object.assign(known, { lastAt: at, territory })
    }
  }
  return { firstAt: Number.isFinite(firstAt) ? firstAt : 0, customers }
}

function productOf(cells: Cells, categories: ReadonlyMap<string, string>, updatedAt: number): RecordValue {
  const name = cells['ProductName'] ?? ''
  const model = cells['ModelName']
  const cost = centsOf(cells['ProductCost'])
  const attributes = {
    ...attribute('colour', cells['ProductColor'], 'NA'),
    ...attribute('size', cells['ProductSize'], '0'),
    ...attribute('style', cells['ProductStyle'], '0'),
  }
  return {
    sku: cells['ProductSKU'] ?? '',
    product_name: name,
    category: categories.get(cells['ProductSubcategoryKey'] ?? '') ?? 'Uncategorised',
    // Without a price that can be read the product is refused.
    price_cents: centsOf(cells['ProductPrice']),
    ...(cost === null ? {} : { cost_cents: cost }),
    currency: CURRENCY,
    ...(cells['ProductDescription'] === undefined ? {} : { description: cells['ProductDescription'] }),
    ...(model === undefined ? {} : { parent_sku: `model-${model.replace(/[^A-Za-z0-9]+/g, '-')}` }),
    attributes,
    updated_at: updatedAt,
  }
}

/** The files write an absent colour, size or style as a word of their own. */
const attribute = (name: string, cell: string | undefined, absent: string): Record<string, string> =>
  cell === undefined || cell === absent ? {} : { [name]: cell }

function customerOf(cells: Cells, country: string | undefined, firstAt: number, consent: Consent): Customer {
  const birth = dayOf(cells['BirthDate'])
  const gender = GENDERS[cells['Gender'] ?? '']
  const location = COUNTRY_CODES[country ?? '']
  return {
    customer_id: cells['CustomerKey'] ?? '',
    ...(birth === null ? {} : { birth_year: new Date(birth).getUTCFullYear() }),
    ...(gender === undefined ? {} : { gender }),
    ...(location === undefined ? {} : { location }),
    consent: { ...consent },
    updated_at: firstAt,
  }
}

type LineOf = (line: Line) => RecordValue

async function* lineEvents(
  folder: string,
  table: string,
  products: ReadonlyMap<string, RecordValue>,
  lineOf: LineOf,
): AsyncGenerator<Imported> {
  for await (const line of linesOf(folder, table)) {
    const product = products.get(line.cells['ProductKey'] ?? '')
    const date = table === 'Returns' ? 'ReturnDate' : 'OrderDate'
    const at = dayOf(line.cells[date])
    if (at === null) yield refusedAt(line, 'orders', 'bad_instant', date)
    else if (product === undefined) yield refusedAt(line, 'orders', 'unknown_product', 'ProductKey')
    else {
      const { sku, price_cents, currency } = product
      const price = { sku, price_cents, price_discount_cents: 0, currency, ordered_at: at }
      yield checkedEvent('orders', { ...lineOf(line), ...price }, line)
    }
  }
}

/** Sales over all files; the data gives one number of an order to two lines, and the second would be a duplicate. */
class SaleLines {
  readonly #taken = new Set<string>()
  renumbered = 0

  readonly lineOf: LineOf = ({ cells }) => {
    const order = cells['OrderNumber'] ?? ''
    return {
      order_id: order,
      line_no: this.#numberOf(order, wholeOf(cells['OrderLineItem'])),
      customer_id: cells['CustomerKey'] ?? '',
      quantity: wholeOf(cells['OrderQuantity']),
    }
  }

  #numberOf(order: string, given: number | null): number | null {
    if (given === null) return null
    let lineNo = given
    while (this.#taken.has(`${order}:${lineNo}`)) lineNo += RENUMBERED_BY
    if (lineNo !== given) this.renumbered += 1
    this.#taken.add(`${order}:${lineNo}`)
    return lineNo
  }
}

/** The data does not say whose return it is, or of which order: a guest's, with an order of its own. */
const returnOf: LineOf = ({ cells, line }) => {
  const units = wholeOf(cells['ReturnQuantity'])
  return { order_id: `return-${line - 1}`, line_no: 1, quantity: units === null ? null : -units }
}

const wholeOf = (cell: string | undefined): number | null =>
  cell !== undefined && /^[0-9]{1,9}$/.test(cell) ? Number(cell) : null

/** Rounded to the cent: the files have four decimals. */
const centsOf = (cell: string | undefined): number | null => minorUnits(cell ?? '', DIGITS)?.units ?? null

/** Midnight UTC of a day written month/day/year. */
function dayOf(cell: string | undefined): number | null {
  const match = /^([0-9]{1,2})\/([0-9]{1,2})\/([0-9]{4})$/.exec(cell ?? '')
  if (match === null) return null
  const [month, day] = [Number(match[1]), Number(match[2])]
  const at = Date.UTC(Number(match[3]), month - 1, day)
  const date = new Date(at)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? at : null
}
