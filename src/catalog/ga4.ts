import { REFUSALS, type RecordValue, type Value } from '../algebra/source.ts'
import { canonicalJson, sha256 } from '../core/hash.ts'
import { minorUnits } from './minor-units.ts'
import { type Fault, type Meant, SHAPE_FAULTS } from './shape-faults.ts'

/** Whether an event is as Google Analytics 4 sends it: a name and a record of parameters. */
export const isGa4 = (event: RecordValue): boolean =>
  typeof event['name'] === 'string' && isRecord(event['params'])

/**
 * A Google Analytics 4 event as a record of `clickstream`. Prices come out before the discount, as ours are: in GA4
 * `price` is what is paid after `discount`. The session is `client_id` and `ga_session_id` together, since the latter
 * is unique for one client alone. Without an `event_id` among the parameters the id is made of the content, so that
 * the same event sent again is a duplicate. What the contract does not name goes to `payload.extra` as text.
 *
 * @returns a fault if an amount cannot be converted; what else is wrong is the validator's to say
 * @source Google Analytics 4: Measurement Protocol reference; recommended events; "Apply a discount to an ecommerce event"
 */
export function ga4Click(event: RecordValue): Meant | Fault {
  const { name, params, user_id, client_id, timestamp_micros, ...others } = event
  const given = isRecord(params) ? params : {}
  const { items: sent, search_term, ga_session_id, session_id, event_id, decision_id, ...rest } = given
  const extra: Record<string, Value> = { ...others, ...rest }
  const items: Value[] = []
  for (const [index, line] of (Array.isArray(sent) ? sent : []).entries()) {
    const item = itemOf(line, rest)
    if ('reason' in item) return { ...item, field: `params.items.${index}.${item.field}` }
    items.push(item.value)
    for (const [field, value] of Object.entries(item.rest)) extra[`items.${index}.${field}`] = value
  }
  const [client, session] = [idText(client_id), idText(ga_session_id ?? session_id)]
  const texts = textsOf(extra)
  return {
    currency: given['currency'],
    value: present({
      event_id: idText(event_id) ?? `ga4.${sha256(canonicalJson(event)).slice(0, 32)}`,
      event: name,
      occurred_at: milliseconds(timestamp_micros),
      session_id: client === undefined || session === undefined ? session : `${client}.${session}`,
      customer_id: idText(user_id),
      decision_id: idText(decision_id),
      payload: present({
        items: Array.isArray(sent) ? items : sent,
        search_term,
        extra: Object.keys(texts).length === 0 ? undefined : texts,
      }),
    }),
  }
}

type Item = { readonly value: Value; readonly rest: RecordValue }

/** @param params of the event: what holds for all its items */
function itemOf(line: Value, params: RecordValue): Item | Fault {
  if (!isRecord(line)) return { value: line, rest: {} }
  const { item_id, item_name, price, discount, quantity, index, item_list_id, ...others } = line
  const { item_category, item_category2, item_category3, item_category4, item_category5, ...rest } = others
  const levels = [item_category, item_category2, item_category3, item_category4, item_category5]
  const path = levels.filter((level) => typeof level === 'string' && level !== '')
  const { currency } = params
  const paid = amountOf('price', price, currency)
  if (isFault(paid)) return paid
  const off = amountOf('discount', discount, currency)
  if (isFault(off)) return off
  const value = present({
    item_id: idText(item_id),
    item_name,
    item_category: path.length === 0 ? undefined : path.join('/'),
    price_cents: paid === undefined ? undefined : paid + (off ?? 0),
    quantity,
    discount_cents: off,
    index,
    item_list_id: idText(item_list_id ?? params['item_list_id']),
  })
  return { value, rest }
}

/** Minor units of an amount; undefined if there is none. */
function amountOf(field: string, amount: Value, currency: Value): number | undefined | Fault {
  if (amount === undefined || amount === null) return undefined
  if (typeof currency !== 'string') {
    return { reason: currency === undefined ? REFUSALS.missing : SHAPE_FAULTS.type, field: 'currency' }
  }
  const units = minorUnits(amount, currency)
  return typeof units === 'number' ? units : { reason: units.reason, field }
}

const isFault = (result: number | undefined | Fault): result is Fault => typeof result === 'object'

/** Ids are text here; Google Analytics takes numbers too. */
function idText(id: Value): Value {
  return typeof id === 'number' ? String(id) : (id ?? undefined)
}

/** Epoch microseconds, a number or its digits, as milliseconds; anything else as it is. */
function milliseconds(micros: Value): Value {
  const isDigits = typeof micros === 'string' && /^[0-9]+$/.test(micros)
  return typeof micros === 'number' || isDigits ? Math.floor(Number(micros) / 1000) : micros
}

const textsOf = (values: RecordValue): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(present(values)).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )

const present = (record: RecordValue): RecordValue =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined && value !== null))

const isRecord = (value: Value): value is RecordValue =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
