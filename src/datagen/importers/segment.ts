import { basename } from 'node:path'
import type { RecordValue, Value } from '../../algebra/source.ts'
import { minorDigits } from '../../catalog/minor-units.ts'
import { minorUnits } from './decimal.ts'
import type { Consent, Imported, ImportFormat } from './import-format.ts'
import { instantOf } from './instant-text.ts'
import { headOf, isRecord, jsonRows, recordIn } from './rows.ts'
import { checkedEvent, type Place, refusedAt } from './shape-check.ts'

/** Segment's e-commerce events by name, in ours. */
const EVENTS: Readonly<Record<string, string>> = {
  'Product Viewed': 'view_item',
  'Product List Viewed': 'view_item_list',
  'Product Clicked': 'select_item',
  'Products Searched': 'search',
  'Product Added': 'add_to_cart',
  'Product Removed': 'remove_from_cart',
  'Product Added to Wishlist': 'add_to_wishlist',
  'Product Removed from Wishlist': 'remove_from_wishlist',
  'Checkout Started': 'begin_checkout',
  'Order Completed': 'purchase',
  'Promotion Viewed': 'view_promotion',
  'Promotion Clicked': 'select_promotion',
  'Signed In': 'login',
}
const CALLS: ReadonlySet<string> = new Set(['track', 'identify', 'page', 'screen', 'group', 'alias'])
/** Where the event names none. @source Segment, V2 ecommerce events */
const DEFAULT_CURRENCY = 'USD'
const DAY_MS = 86_400_000

/** Calls as Segment exports them, one JSON object a line. */
export const segmentFormat: ImportFormat = {
  name: 'segment',
  recognises: (path) => {
    const call = recordIn(headOf(path).split('\n', 1)[0] ?? '')
    return call !== null && CALLS.has(String(call['type'])) && 'messageId' in call
  },
  read: segmentEvents,
}

/**
 * Clicks and orders in file order. A customer comes before the first event that names them, with the consent given,
 * and again with each `identify` call that says something new.
 *
 * @throws EndcapError BAD_INPUT_FILE if the file cannot be read
 * @source Segment, Spec: Track, Identify, V2 ecommerce events
 */
export async function* segmentEvents(path: string, consent: Consent): AsyncGenerator<Imported> {
  const run = new SegmentRun(consent)
  for await (const each of jsonRows(path)) {
    const place = { file: basename(path), line: each.line, raw: 'row' in each ? each.row : each.raw }
    if ('row' in each) yield* run.take(each.row, place)
    else yield refusedAt(place, null, each.reason, null)
  }
  yield* run.notes()
}

class SegmentRun {
  readonly #consent: Consent
  /** Customer to what is known, as JSON, and since when. */
  readonly #customers = new Map<string, { readonly facts: string; readonly at: number }>()
  readonly #notes = new Map<string, number>()

  constructor(consent: Consent) {
    this.#consent = consent
  }

  *take(call: RecordValue, place: Place): Generator<Imported> {
    const { type, event } = call
    const at = instantOf(String(call['timestamp'] ?? call['originalTimestamp'] ?? ''))
    if (type !== 'track' && type !== 'identify') yield { kind: 'skipped', rule: `call_${String(type)}` }
    else if (at === null) yield refusedAt(place, null, 'bad_instant', 'timestamp')
    else if (type === 'identify') yield* this.#customer(call, at, place)
    else if (event === 'Order Refunded') yield* this.#refund(call, at, place)
    else {
      const name = EVENTS[String(event)]
      if (name === undefined) yield { kind: 'skipped', rule: 'event_not_used' }
      else yield* this.#track(call, name, at, place)
    }
  }

  *notes(): Generator<Imported> {
    for (const [rule, count] of this.#notes) yield { kind: 'noted', rule, count }
  }

  *#track(call: RecordValue, name: string, at: number, place: Place): Generator<Imported> {
    yield* this.#customer(call, at, place)
    yield checkedEvent('clickstream', clickOf(call, name, at), place)
    if (name !== 'purchase') return
    for (const [index, product] of productsOf(call).entries()) {
      yield checkedEvent('orders', orderLine(call, product, index + 1, at), place)
    }
    const { discount } = propertiesOf(call)
    if (discount !== undefined && Number(discount) !== 0) this.#note('order_discount_left_out')
  }

  /** Lines that a refund lists; a refund of the whole order does not say which, so it cannot be taken back. */
  *#refund(call: RecordValue, at: number, place: Place): Generator<Imported> {
    const products = productsOf(call)
    if (products.length === 0)
      yield refusedAt(place, 'orders', 'refund_without_products', 'properties.products')
    for (const [index, product] of products.entries()) {
      const line = orderLine(call, product, index + 1, at)
      const quantity = typeof line['quantity'] === 'number' ? -line['quantity'] : line['quantity']
      const order_id = `refund-${String(call['messageId'])}`
      yield checkedEvent('orders', { ...line, quantity, order_id }, place)
    }
  }

  *#customer(call: RecordValue, at: number, place: Place): Generator<Imported> {
    const id = call['userId']
    if (typeof id !== 'string' || id === '') return
    const before = this.#customers.get(id)
    const facts = { ...(recordIn(before?.facts ?? '{}') ?? {}), ...factsOf(recordOf(call['traits'])) }
    const now = JSON.stringify(facts)
    if (now === before?.facts) return
    // Two versions of one instant would be one to the log.
    const updatedAt = at === before?.at ? at + 1 : at
    this.#customers.set(id, { facts: now, at: updatedAt })
    const value = { customer_id: id, ...facts, consent: { ...this.#consent }, updated_at: updatedAt }
    yield checkedEvent('customers', value, place)
  }

  #note(rule: string): void {
    this.#notes.set(rule, (this.#notes.get(rule) ?? 0) + 1)
  }
}

const recordOf = (value: Value): RecordValue => (isRecord(value) ? value : {})
const propertiesOf = (call: RecordValue): RecordValue => recordOf(call['properties'])
const textOf = (value: Value): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined

function clickOf(call: RecordValue, name: string, at: number): RecordValue {
  const properties = propertiesOf(call)
  const items = productsOf(call).map((product) => itemOf(product, currencyOf(call)))
  const query = textOf(properties['query'])
  return given({
    event_id: textOf(call['messageId']),
    event: name,
    occurred_at: at,
    session_id: sessionOf(call, at),
    customer_id: customerOf(call),
    payload: given({ items: items.length === 0 ? undefined : items, search_term: query }),
  })
}

const customerOf = (call: RecordValue): string | undefined => textOf(call['userId'] ?? undefined)

/** The visit as the app names it; else one a visitor a day. */
function sessionOf(call: RecordValue, at: number): string | undefined {
  const context = recordOf(call['context'])
  const named = textOf(context['sessionId']) ?? textOf(propertiesOf(call)['session_id'])
  if (named !== undefined) return named
  const visitor = textOf(call['anonymousId']) ?? customerOf(call)
  const day = new Date(at - (at % DAY_MS)).toISOString().slice(0, 10)
  return visitor === undefined ? undefined : `${visitor}.${day}`
}

/** Products of a list, or the one that the properties are about. */
function productsOf(call: RecordValue): readonly RecordValue[] {
  const properties = propertiesOf(call)
  if (Array.isArray(properties['products'])) return properties['products'].map(recordOf)
  return idOf(properties) === undefined ? [] : [properties]
}

const idOf = (product: RecordValue): string | undefined =>
  textOf(product['product_id']) ?? textOf(product['sku'])

const currencyOf = (call: RecordValue): string =>
  textOf(propertiesOf(call)['currency'])?.toUpperCase() ?? DEFAULT_CURRENCY

const centsOf = (price: Value, currency: string): number | undefined =>
  minorUnits(textOf(price) ?? '', minorDigits(currency))?.units

const itemOf = (product: RecordValue, currency: string): RecordValue =>
  given({
    item_id: idOf(product),
    item_name: textOf(product['name']),
    item_category: textOf(product['category']),
    price_cents: centsOf(product['price'], currency),
    quantity: product['quantity'],
    index: product['position'],
  })

function orderLine(call: RecordValue, product: RecordValue, lineNo: number, at: number): RecordValue {
  const currency = currencyOf(call)
  return given({
    order_id: textOf(propertiesOf(call)['order_id']),
    line_no: lineNo,
    customer_id: customerOf(call),
    sku: idOf(product),
    quantity: product['quantity'] ?? 1,
    price_cents: centsOf(product['price'], currency),
    price_discount_cents: 0,
    currency,
    ordered_at: at,
  })
}

/** What the contract has a field for; name, email, phone and all else of the traits are left out. */
function factsOf(traits: RecordValue): RecordValue {
  const birthday = instantOf(textOf(traits['birthday']) ?? '')
  const country = textOf(recordOf(traits['address'])['country']) ?? ''
  return given({
    age: typeof traits['age'] === 'number' ? traits['age'] : undefined,
    birth_year: birthday === null ? undefined : new Date(birthday).getUTCFullYear(),
    gender: textOf(traits['gender'])?.toLowerCase(),
    location: /^[A-Z]{2}$/.test(country) ? country : undefined,
  })
}

const given = (record: RecordValue): RecordValue =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined && value !== null))
