import { statSync } from 'node:fs'
import type { RecordValue } from '../../algebra/source.ts'
import { minorDigits } from '../../catalog/minor-units.ts'
import { EndcapError } from '../../core/errors.ts'
import { minorUnits } from './decimal.ts'
import type { Imported, ImportFormat } from './import-format.ts'
import { instantOf } from './instant-text.ts'
import { isMerchantXml, merchantXmlRows } from './merchant-xml.ts'
import { delimitedRows, headOf, isFile, plainName, type ReadRow } from './rows.ts'
import { checkedEvent, type Place, refusedAt } from './shape-check.ts'

/** Columns that every feed has. */
const SIGNATURE = ['id', 'title', 'link', 'price', 'availability'] as const

/** Column of the feed to attribute of the product. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  color: 'colour',
  size: 'size',
  material: 'material',
  pattern: 'pattern',
  gender: 'gender',
  age_group: 'age_group',
  condition: 'condition',
  gtin: 'gtin',
  mpn: 'mpn',
  google_product_category: 'google_product_category',
  link: 'link',
}
const USED: ReadonlySet<string> = new Set([
  ...SIGNATURE,
  ...Object.keys(ATTRIBUTES),
  'description',
  'image_link',
  'availability_date',
  'sale_price',
  'sale_price_effective_date',
  'cost_of_goods_sold',
  'brand',
  'product_type',
  'item_group_id',
])

/** A product feed of Google Merchant Center: TSV or CSV with a header line, or XML as RSS 2.0 or Atom. */
export const merchantFeedFormat: ImportFormat = {
  name: 'google-merchant',
  recognises: (path) => {
    if (isMerchantXml(path)) return true
    const columns = new Set(headerOf(path).map(columnName))
    return SIGNATURE.every((name) => columns.has(name))
  },
  read: (path, _consent, { set } = {}) => {
    const text = set?.get('updated_at')
    const updatedAt = text === undefined ? Math.floor(statSync(path).mtimeMs) : instantOf(text)
    if (updatedAt === null) throw new EndcapError('USAGE', `--set updated_at: '${text}' is no instant`)
    return merchantFeedEvents(path, updatedAt)
  },
}

const delimiterOf = (header: string): string => (header.includes('\t') ? '\t' : ',')

function headerOf(path: string): readonly string[] {
  const [header = ''] = isFile(path) ? headOf(path).split('\n', 1) : []
  return header.split(delimiterOf(header)).map((cell) => cell.trim().replace(/^\uFEFF?"?|"$/g, ''))
}

/** Google takes `image link` and `image_link` for the same. */
const columnName = (name: string): string => name.trim().toLowerCase().replaceAll(' ', '_')

/**
 * Products in file order, all of one instant: a feed says what holds when it is made.
 *
 * @param updatedAt epoch ms; a sale price counts if its time includes it
 * @throws EndcapError BAD_INPUT_FILE if the file cannot be read
 * @source Google Merchant Center Help, Product data specification
 */
export async function* merchantFeedEvents(path: string, updatedAt: number): AsyncGenerator<Imported> {
  const file = plainName(path)
  const leftOut = new Map<string, number>()
  for await (const each of rowsOf(path)) {
    if (!('row' in each)) {
      yield refusedAt({ file, line: each.line, raw: each.raw }, 'products', each.reason, null)
      continue
    }
    const cells = cellsOf(each.row)
    for (const name of cells.keys()) if (!USED.has(name)) leftOut.set(name, (leftOut.get(name) ?? 0) + 1)
    yield productEvent(cells, updatedAt, { file, line: each.line, raw: each.row })
  }
  for (const [name, count] of leftOut) yield { kind: 'noted', rule: `column_left_out:${name}`, count }
}

const rowsOf = (path: string): AsyncIterable<ReadRow> =>
  isMerchantXml(path)
    ? merchantXmlRows(path)
    : delimitedRows(path, delimiterOf(headOf(path).split('\n', 1)[0] ?? ''))

type Cells = ReadonlyMap<string, string>

const cellsOf = (row: RecordValue): Cells =>
  new Map(Object.entries(row).map(([name, cell]) => [columnName(name), String(cell).trim()]))

function productEvent(cells: Cells, updatedAt: number, place: Place): Imported {
  const price = amountOf(cells.get('price'))
  if (price === null) return refusedAt(place, 'products', 'bad_price', 'price')
  const sale = salePrice(cells, updatedAt)
  if (sale === 'bad') return refusedAt(place, 'products', 'bad_price', 'sale_price')
  if (sale !== null && sale.currency !== price.currency) {
    return refusedAt(place, 'products', 'currencies_differ', 'sale_price')
  }
  const availability = availabilityOf(cells)
  if (availability === null) return refusedAt(place, 'products', 'unknown_word', 'availability')
  const cost = amountOf(cells.get('cost_of_goods_sold'))
  const product = {
    sku: cells.get('id'),
    product_name: cells.get('title'),
    category: categoryOf(cells),
    price_cents: sale?.units ?? price.units,
    list_price_cents: sale === null ? undefined : price.units,
    cost_cents: cost?.currency === price.currency ? cost.units : undefined,
    currency: price.currency,
    brand: cells.get('brand'),
    description: cells.get('description'),
    image_url: cells.get('image_link'),
    parent_sku: cells.get('item_group_id'),
    attributes: attributesOf(cells),
    ...availability,
    updated_at: updatedAt,
  }
  return checkedEvent('products', given(product), place)
}

const given = (record: RecordValue): RecordValue =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))

type Amount = { readonly units: number; readonly currency: string }

/** `12.99 GBP`, or `GBP 12.99`; null without one. */
function amountOf(text: string | undefined): Amount | null {
  const match = /^(?:([A-Z]{3}) )?([0-9.]+)(?: ([A-Z]{3}))?$/.exec(text ?? '')
  const currency = match?.[3] ?? match?.[1]
  if (match === null || currency === undefined) return null
  const amount = minorUnits(match[2] ?? '', minorDigits(currency))
  return amount === null ? null : { units: amount.units, currency }
}

function salePrice(cells: Cells, at: number): Amount | null | 'bad' {
  const text = cells.get('sale_price')
  if (text === undefined) return null
  const span = cells.get('sale_price_effective_date')
  if (span !== undefined) {
    const [from = null, to = null] = span.split('/').map(instantOf)
    if (from === null || to === null) return 'bad'
    if (at < from || at >= to) return null
  }
  return amountOf(text) ?? 'bad'
}

function availabilityOf(cells: Cells): RecordValue | null {
  switch (columnName(cells.get('availability') ?? '')) {
    case 'in_stock':
    case 'backorder':
      return {}
    case 'out_of_stock':
      return { inventory: 0 }
    case 'preorder':
      return { available_from: instantOf(cells.get('availability_date') ?? '') ?? undefined }
    default:
      return null
  }
}

/** The shop's own category, else Google's if it is a path and not a number. */
function categoryOf(cells: Cells): string {
  const google = cells.get('google_product_category') ?? ''
  const path = cells.get('product_type') ?? (/^[0-9]*$/.test(google) ? 'Uncategorised' : google)
  // A slash divides levels, so those inside a name give way.
  return path
    .split('>')
    .map((level) => level.trim().replaceAll('/', '-'))
    .filter((level) => level !== '')
    .join('/')
}

function attributesOf(cells: Cells): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {}
  for (const [column, name] of Object.entries(ATTRIBUTES)) {
    const cell = cells.get(column)
    if (cell !== undefined) attributes[name] = cell
  }
  return attributes
}
