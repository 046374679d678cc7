import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Customer } from '../../catalog/events/customers.ts'
import type { OrderLine } from '../../catalog/events/orders.ts'
import type { Product } from '../../catalog/events/products.ts'
import type { Consent, Imported, ImportFormat } from './import-format.ts'
import {
  isOnlineRetail,
  ONLINE_RETAIL_FILE,
  type OnlineRetailLine,
  readOnlineRetail,
} from './online-retail.ts'

/**
 * Codes that stand for no product: postage, carriage, manual entries, discounts, samples, fees, commission
 * and bad debt. Their lines are skipped by rule.
 */
const SERVICE_CODES: ReadonlySet<string> = new Set([
  'POST',
  'M',
  'D',
  'C2',
  'DOT',
  'BANK CHARGES',
  'PADS',
  'CRUK',
  'S',
  'B',
  'AMAZONFEE',
])

const CURRENCY = 'GBP'
/** The data has no categories; an honest single one instead of an invented tree. */
const CATEGORY = 'Uncategorised'

/** ISO 3166 of the file's country names; those that name no one country are absent. */
const COUNTRY_CODES: Readonly<Record<string, string>> = {
  Australia: 'AU',
  Austria: 'AT',
  Bahrain: 'BH',
  Belgium: 'BE',
  Brazil: 'BR',
  Canada: 'CA',
  Cyprus: 'CY',
  'Czech Republic': 'CZ',
  Denmark: 'DK',
  EIRE: 'IE',
  Finland: 'FI',
  France: 'FR',
  Germany: 'DE',
  Greece: 'GR',
  'Hong Kong': 'HK',
  Iceland: 'IS',
  Israel: 'IL',
  Italy: 'IT',
  Japan: 'JP',
  Lebanon: 'LB',
  Lithuania: 'LT',
  Malta: 'MT',
  Netherlands: 'NL',
  Norway: 'NO',
  Poland: 'PL',
  Portugal: 'PT',
  RSA: 'ZA',
  'Saudi Arabia': 'SA',
  Singapore: 'SG',
  Spain: 'ES',
  Sweden: 'SE',
  Switzerland: 'CH',
  'United Arab Emirates': 'AE',
  'United Kingdom': 'GB',
  USA: 'US',
}

/** ISO 3166 code of a country as the file names it; null for what is no one country. */
export const countryCodeOf = (country: string): string | null => COUNTRY_CODES[country] ?? null

/** UCI Online Retail as a shop: the folder, or its one file. */
export const onlineRetailFormat: ImportFormat = {
  name: 'online-retail',
  recognises: (path) => (basename(path) === ONLINE_RETAIL_FILE ? existsSync(path) : isOnlineRetail(path)),
  read: (path, consent) => {
    const folder = basename(path) === ONLINE_RETAIL_FILE ? dirname(path) : path
    return onlineRetailEvents(() => readOnlineRetail(folder), consent)
  },
}

/**
 * Products, then customers, then order lines in file order. A product's name is its most frequent one, its
 * price the last that was paid, its stock unknown; a customer's country is the last one seen.
 *
 * @param lines reads the file from the start; called twice
 */
export async function* onlineRetailEvents(
  lines: () => AsyncIterable<OnlineRetailLine>,
  consent: Consent,
): AsyncGenerator<Imported> {
  const cast = new Cast()
  for await (const line of lines()) if (judge(line) === null) cast.see(line)
  for (const value of cast.products()) yield { kind: 'event', topic: 'products', value }
  for (const value of cast.customers(consent)) yield { kind: 'event', topic: 'customers', value }
  const lineNumbers = new Map<string, number>()
  let fileLine = 1
  for await (const line of lines()) {
    fileLine += 1
    // Counted for every line of the invoice, so that a rule that changes moves no other line's id.
    const lineNo = (lineNumbers.get(line.invoice) ?? 0) + 1
    lineNumbers.set(line.invoice, lineNo)
    yield judge(line, fileLine) ?? { kind: 'event', topic: 'orders', value: orderLine(line, lineNo) }
  }
}

/** Why a line becomes no order line; null if it does. */
function judge(line: OnlineRetailLine, fileLine = 0): Exclude<Imported, { kind: 'event' }> | null {
  if (SERVICE_CODES.has(line.stockCode.toUpperCase())) return { kind: 'skipped', rule: 'service_line' }
  // Damaged, lost and found goods, and gifts: no sale, and mostly without customer or description.
  if (line.unitPriceCents > 0) return null
  return {
    kind: 'refused',
    topic: 'orders',
    reason: 'price_not_positive',
    field: 'UnitPrice',
    file: ONLINE_RETAIL_FILE,
    line: fileLine,
    raw: line,
  }
}

/** The file writes the same code in upper and lower case; ids hold no blanks. */
const skuOf = (stockCode: string): string => stockCode.toUpperCase().replace(/[^A-Z0-9._~:-]/g, '-')

const orderLine = (line: OnlineRetailLine, lineNo: number): OrderLine => ({
  order_id: line.invoice,
  line_no: lineNo,
  ...(line.customerId === null ? {} : { customer_id: line.customerId }),
  sku: skuOf(line.stockCode),
  quantity: line.quantity,
  price_cents: line.unitPriceCents,
  price_discount_cents: 0,
  currency: CURRENCY,
  ordered_at: line.invoiceDateMs,
})

type ProductFacts = { priceCents: number; pricedAt: number; readonly names: Map<string, number> }
type CustomerFacts = { readonly firstAt: number; country: string }

/** What all lines together say about products and customers, in the order in which they first appear. */
class Cast {
  readonly #products = new Map<string, ProductFacts>()
  readonly #customers = new Map<string, CustomerFacts>()

  see(line: OnlineRetailLine): void {
    this.#seeProduct(line)
    if (line.customerId === null) return
    const known = this.#customers.get(line.customerId)
    if (known === undefined) {
      this.#customers.set(line.customerId, { firstAt: line.invoiceDateMs, country: line.country })
    } else known.country = line.country
  }

  #seeProduct({ stockCode, unitPriceCents, invoiceDateMs, description }: OnlineRetailLine): void {
    const sku = skuOf(stockCode)
    const facts = this.#products.get(sku) ?? { priceCents: 0, pricedAt: 0, names: new Map<string, number>() }
    this.#products.set(sku, facts)
    if (facts.priceCents !== unitPriceCents) {
      facts.priceCents = unitPriceCents
      facts.pricedAt = invoiceDateMs
    }
    if (description !== '') facts.names.set(description, (facts.names.get(description) ?? 0) + 1)
  }

  *products(): Generator<Product> {
    for (const [sku, { priceCents, pricedAt, names }] of this.#products) {
      // The sort is stable: of equally frequent names the first one seen.
      const [name = sku] = [...names].sort((a, b) => b[1] - a[1])[0] ?? []
      yield {
        sku,
        product_name: name,
        category: CATEGORY,
        price_cents: priceCents,
        currency: CURRENCY,
        updated_at: pricedAt,
      }
    }
  }

  *customers(consent: Consent): Generator<Customer> {
    for (const [customerId, { firstAt, country }] of this.#customers) {
      const location = countryCodeOf(country)
      yield {
        customer_id: customerId,
        ...(location === null ? {} : { location }),
        consent: { ...consent },
        updated_at: firstAt,
      }
    }
  }
}
