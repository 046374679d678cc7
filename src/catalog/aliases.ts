import { REFUSALS, type RecordValue, type Value } from '../algebra/source.ts'
import { minorUnits } from './minor-units.ts'
import { type Fault, type Meant, SHAPE_FAULTS } from './shape-faults.ts'

type Names = Readonly<Record<string, string>>

/**
 * Other names under which fields may be sent, by topic: alias to field. An alias of a field in minor units
 * (`..._cents`) holds a decimal amount of the record's `currency`. Topics never carry an alias.
 */
export const ALIASES = {
  products: {
    product_x: 'sku',
    product_id: 'sku',
    name: 'product_name',
    title: 'product_name',
    stock: 'inventory',
    price: 'price_cents',
    list_price: 'list_price_cents',
    cost: 'cost_cents',
  },
  orders: {
    product_x: 'sku',
    product_id: 'sku',
    customer: 'customer_id',
    order: 'order_id',
    line: 'line_no',
    price: 'price_cents',
    price_discount: 'price_discount_cents',
    offer: 'offer_id',
  },
  customers: { customer: 'customer_id' },
  clickstream: { customer: 'customer_id', session: 'session_id' },
  inventory: { product_x: 'sku', product_id: 'sku', stock: 'inventory', price: 'price_cents' },
  offers: { offer: 'offer_id', amount_off: 'amount_off_cents', budget: 'budget_cents' },
} as const satisfies Readonly<Record<string, Names>>

/** Other names of the fields of `payload.items` of a click. */
export const ITEM_ALIASES = {
  product_x: 'item_id',
  product_id: 'item_id',
  sku: 'item_id',
  name: 'item_name',
  category: 'item_category',
  price: 'price_cents',
  price_discount: 'discount_cents',
  discount: 'discount_cents',
} as const satisfies Names

/** Topics whose own contract has a currency; elsewhere it only says what the decimals are in. */
const WITH_CURRENCY: readonly string[] = ['products', 'orders']

/**
 * The record under the names of its contract, decimals as minor units.
 * @returns null if it has no alias; a fault if a field has two names, or a decimal cannot be converted
 */
export function withoutAliases(topic: string, record: RecordValue): Meant | Fault | null {
  const names = ALIASES[topic as keyof typeof ALIASES] as Names | undefined
  if (names === undefined) return null
  const { currency } = record
  const renaming = new Renaming(currency)
  const own = renaming.rename(record, names)
  const value = topic === 'clickstream' ? withItems(own, renaming) : own
  if (renaming.fault !== null) return renaming.fault
  if (!renaming.found) return null
  if (!renaming.converted || WITH_CURRENCY.includes(topic)) return { value }
  const { currency: _spent, ...rest } = value
  return { value: rest, currency }
}

/** Aliases of a field of a topic, its own name first. */
export function namesOf(topic: string, field: string): readonly string[] {
  const names: Names = ALIASES[topic as keyof typeof ALIASES] ?? {}
  return [field, ...Object.keys(names).filter((alias) => names[alias] === field)]
}

function withItems(click: RecordValue, renaming: Renaming): RecordValue {
  const { payload } = click
  if (!isRecord(payload) || !Array.isArray(payload['items'])) return click
  const items = payload['items'].map((item: Value, index) =>
    isRecord(item) ? renaming.rename(item, ITEM_ALIASES, `payload.items.${index}.`) : item,
  )
  return { ...click, payload: { ...payload, items } }
}

/** Renames the fields of one event, and notes what it met. */
class Renaming {
  fault: Fault | null = null
  found = false
  converted = false
  readonly #currency: Value

  constructor(currency: Value) {
    this.#currency = currency
  }

  rename(record: RecordValue, names: Names, place = ''): RecordValue {
    const entries = new Map<string, Value>()
    for (const [name, value] of Object.entries(record)) {
      const field = Object.hasOwn(names, name) ? names[name] : undefined
      const target = field ?? name
      if (value === null || value === undefined) {
        // Absent under this name: it may be there under another.
        this.found ||= field !== undefined
        continue
      }
      if (entries.has(target)) this.#note(SHAPE_FAULTS.twice, place + target)
      entries.set(target, field === undefined ? value : this.#valueOf(value, { name: place + name, field }))
    }
    return Object.fromEntries(entries)
  }

  #valueOf(value: Value, { name, field }: { readonly name: string; readonly field: string }): Value {
    this.found = true
    if (!field.endsWith('_cents')) return value
    this.converted = true
    if (typeof this.#currency !== 'string') {
      this.#note(this.#currency === undefined ? REFUSALS.missing : SHAPE_FAULTS.type, 'currency')
      return value
    }
    const units = minorUnits(value, this.#currency)
    if (typeof units === 'number') return units
    this.#note(units.reason, name)
    return value
  }

  /** The first fault is told. */
  #note(reason: string, field: string): void {
    this.fault ??= { reason, field }
  }
}

const isRecord = (value: Value): value is RecordValue =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
