import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordValue } from '../../algebra/source.ts'
import type { OrderLine } from '../../catalog/events/orders.ts'
import type { Product } from '../../catalog/events/products.ts'
import { EndcapError } from '../../core/errors.ts'
import { JOURNEY_COLUMNS, type JourneyLine, journeyLine, unitPrices } from './complete-journey-lines.ts'
import type { Consent, Imported, ImportFormat, TableReader } from './import-format.ts'

const TRANSACTIONS = 'transactions.parquet'
const PRODUCTS = 'products.parquet'
const DEMOGRAPHICS = 'demographics.parquet'
const CURRENCY = 'USD'
const UNKNOWN_CATEGORY = 'Uncategorised'

/** The middle of each age band; of the open one, five years on, as half of the others is. */
const AGES: Readonly<Record<string, number>> = {
  '19-24': 22,
  '25-34': 30,
  '35-44': 40,
  '45-54': 50,
  '55-64': 60,
  '65+': 70,
}

/** dunnhumby's Complete Journey as a shop: the folder with its Parquet files. */
export const completeJourneyFormat: ImportFormat = {
  name: 'complete-journey',
  recognises: (path) => [TRANSACTIONS, PRODUCTS, DEMOGRAPHICS].every((file) => existsSync(join(path, file))),
  read: (path, consent, { tables } = {}) => {
    if (tables === undefined) {
      throw new EndcapError('BAD_INPUT_FILE', 'Parquet files can only be read by `endcap import`', {
        place: path,
      })
    }
    return completeJourneyEvents(path, tables, consent)
  },
}

/**
 * Products that were sold, then households, then order lines in file order. The transactions are read twice: the
 * first time for what each product cost last and when each household first bought.
 *
 * @throws EndcapError ENGINE_FAILED if a file is damaged
 * @source dunnhumby, The Complete Journey; CC0
 */
export async function* completeJourneyEvents(
  folder: string,
  tables: TableReader,
  consent: Consent,
): AsyncGenerator<Imported> {
  const fuels = new Set<string>()
  const facts: RecordValue[] = []
  for await (const row of rowsOf(tables, join(folder, PRODUCTS))) {
    facts.push(row)
    if (isFuel(row)) fuels.add(String(row['product_id']))
  }
  const cast = await castOf(folder, tables, fuels)
  yield* productEvents(facts, cast.products)
  yield* customerEvents(tables, folder, cast.households, consent)
  yield* orderEvents(tables, folder, fuels)
}

/** Sold by volume: the quantity counts thousandths of a gallon. */
const isFuel = (row: RecordValue): boolean => String(row['product_type'] ?? '').startsWith('GASOLINE')

type Priced = { priceCents: number; pricedAt: number }
type Cast = {
  readonly products: ReadonlyMap<string, Priced>
  /** Household to its first purchase. */
  readonly households: ReadonlyMap<string, number>
}

async function castOf(folder: string, tables: TableReader, fuels: ReadonlySet<string>): Promise<Cast> {
  const products = new Map<string, Priced>()
  const households = new Map<string, number>()
  for await (const row of rowsOf(tables, join(folder, TRANSACTIONS), JOURNEY_COLUMNS)) {
    const line = journeyLine(row)
    if ('badColumn' in line || line.quantity <= 0) continue
    const firstAt = households.get(line.household)
    if (firstAt === undefined || line.atMs < firstAt) households.set(line.household, line.atMs)
    const { priceCents } = unitPrices(line, fuels.has(line.product))
    const known = products.get(line.product)
    if (known === undefined) products.set(line.product, { priceCents, pricedAt: line.atMs })
    else if (known.priceCents !== priceCents) {
      known.priceCents = priceCents
      known.pricedAt = line.atMs
    }
  }
  return { products, households }
}

function* productEvents(
  facts: readonly RecordValue[],
  sold: ReadonlyMap<string, Priced>,
): Generator<Imported> {
  const described = new Set<string>()
  for (const row of facts) {
    const sku = String(row['product_id'])
    const priced = sold.get(sku)
    described.add(sku)
    // Without a sale there is no price in the data.
    if (priced === undefined) yield { kind: 'skipped', rule: 'product_never_sold' }
    else yield { kind: 'event', topic: 'products', value: productOf(sku, row, priced) }
  }
  let unknown = 0
  for (const [sku, priced] of sold) {
    if (described.has(sku)) continue
    unknown += 1
    yield { kind: 'event', topic: 'products', value: productOf(sku, {}, priced) }
  }
  if (unknown > 0) yield { kind: 'noted', rule: 'product_not_described', count: unknown }
}

function productOf(sku: string, row: RecordValue, { priceCents, pricedAt }: Priced): Product {
  const text = (column: string): string | null => {
    const value = row[column]
    return value === null || value === undefined || value === '' ? null : String(value)
  }
  const levels = [text('department'), text('product_category'), text('product_type')]
  const names = levels.filter((level) => level !== null)
  const size = text('package_size')
  const brand = text('brand')
  const manufacturer = text('manufacturer_id')
  return {
    sku,
    product_name: [names.at(-1) ?? `Product ${sku}`, ...(size === null ? [] : [size])].join(', '),
    // A slash divides levels, so those inside a name give way.
    category: names.map((name) => name.replaceAll('/', '-')).join('/') || UNKNOWN_CATEGORY,
    price_cents: priceCents,
    currency: CURRENCY,
    ...(brand === null ? {} : { brand }),
    attributes: {
      ...(manufacturer === null ? {} : { manufacturer }),
      ...(size === null ? {} : { package_size: size }),
    },
    updated_at: pricedAt,
  }
}

async function* customerEvents(
  tables: TableReader,
  folder: string,
  households: ReadonlyMap<string, number>,
  consent: Consent,
): AsyncGenerator<Imported> {
  const bands = new Map<string, string>()
  for await (const row of rowsOf(tables, join(folder, DEMOGRAPHICS), ['household_id', 'age'])) {
    bands.set(String(row['household_id']), String(row['age']))
  }
  let guessed = 0
  for (const [household, firstAt] of households) {
    const age = AGES[bands.get(household) ?? '']
    if (age !== undefined) guessed += 1
    yield {
      kind: 'event',
      topic: 'customers',
      value: {
        customer_id: household,
        ...(age === undefined ? {} : { age }),
        consent: { ...consent },
        updated_at: firstAt,
      },
    }
  }
  if (guessed > 0) yield { kind: 'noted', rule: 'age_is_middle_of_band', count: guessed }
  // Income, home ownership, marital status, household and children have no field in the contract.
  if (bands.size > 0) yield { kind: 'noted', rule: 'household_facts_left_out', count: bands.size }
}

async function* orderEvents(
  tables: TableReader,
  folder: string,
  fuels: ReadonlySet<string>,
): AsyncGenerator<Imported> {
  const lineNumbers = new Map<string, number>()
  const notes = new Map<string, number>()
  const note = (rule: string, count = 1) => notes.set(rule, (notes.get(rule) ?? 0) + count)
  let fileLine = 0
  for await (const row of rowsOf(tables, join(folder, TRANSACTIONS), JOURNEY_COLUMNS)) {
    fileLine += 1
    const line = journeyLine(row)
    if ('badColumn' in line) {
      yield refused('unreadable', line.badColumn, fileLine, row)
      continue
    }
    // Counted for every line of the basket, so that a rule that changes moves no other line's id.
    const lineNo = (lineNumbers.get(line.basket) ?? 0) + 1
    lineNumbers.set(line.basket, lineNo)
    if (line.quantity === 0 && isWorthless(line)) yield { kind: 'skipped', rule: 'nothing_sold' }
    else if (line.quantity <= 0) yield refused('quantity_not_positive', 'quantity', fileLine, row)
    else yield { kind: 'event', topic: 'orders', value: orderLine(line, lineNo, fuels, note) }
  }
  for (const [rule, count] of notes) yield { kind: 'noted', rule, count }
}

const isWorthless = ({ salesCents, retailCents, couponCents, matchCents }: JourneyLine): boolean =>
  salesCents + retailCents + couponCents + matchCents === 0

function orderLine(
  line: JourneyLine,
  lineNo: number,
  fuels: ReadonlySet<string>,
  note: (rule: string, count?: number) => void,
): OrderLine {
  const isVolume = fuels.has(line.product)
  const unit = unitPrices(line, isVolume)
  if (isVolume && line.quantity !== 1) note('volume_as_one_unit')
  if (unit.roundingCents !== 0) note('unit_price_rounded')
  if (unit.roundingCents > 0) note('cents_rounded_up', unit.roundingCents)
  if (unit.roundingCents < 0) note('cents_rounded_down', -unit.roundingCents)
  if (unit.unusedCents > 0) note('coupon_cents_beyond_price', unit.unusedCents)
  return {
    order_id: line.basket,
    line_no: lineNo,
    customer_id: line.household,
    sku: line.product,
    quantity: unit.quantity,
    price_cents: unit.priceCents,
    price_discount_cents: unit.discountCents,
    currency: CURRENCY,
    ordered_at: line.atMs,
  }
}

const refused = (reason: string, field: string, line: number, raw: RecordValue): Imported => ({
  kind: 'refused',
  topic: 'orders',
  reason,
  field,
  file: TRANSACTIONS,
  line,
  raw,
})

async function* rowsOf(
  tables: TableReader,
  path: string,
  columns?: readonly string[],
): AsyncGenerator<RecordValue> {
  for await (const batch of tables.rows(path, columns)) yield* batch
}
