import { MAX_INSTANT_MS } from '../algebra/column.ts'
import type { RecordValue, Value } from '../algebra/source.ts'
import { MAX_CENTS, MAX_LINE_CENTS, MAX_QUANTITY } from '../catalog/events/fields.ts'
import { DAY_MS, MINUTE_MS } from '../core/duration.ts'

/** The horizon of the catalog. */
export const LATE_MS = 7 * DAY_MS
const FUTURE_MS = 5 * MINUTE_MS

const LINE_QUANTITY_AT_MAX_PRICE = MAX_LINE_CENTS / MAX_CENTS
const MAX_PRICE_AT_MAX_QUANTITY = MAX_LINE_CENTS / MAX_QUANTITY

/** Amounts at the ends of their ranges, all of them right. */
export const EXTREME_AMOUNTS: readonly RecordValue[] = [
  { quantity: MAX_QUANTITY, price_cents: MAX_PRICE_AT_MAX_QUANTITY, price_discount_cents: 0 },
  { quantity: -MAX_QUANTITY, price_cents: MAX_PRICE_AT_MAX_QUANTITY, price_discount_cents: 0 },
  { quantity: MAX_QUANTITY, price_cents: 0, price_discount_cents: MAX_PRICE_AT_MAX_QUANTITY },
  { quantity: LINE_QUANTITY_AT_MAX_PRICE, price_cents: MAX_CENTS, price_discount_cents: 0 },
  { quantity: -LINE_QUANTITY_AT_MAX_PRICE, price_cents: 0, price_discount_cents: MAX_CENTS },
  { quantity: LINE_QUANTITY_AT_MAX_PRICE, price_cents: MAX_CENTS, price_discount_cents: MAX_CENTS },
]

const BEYOND: readonly number[] = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]

const BAD_IDS: readonly Value[] = [
  '',
  ' ',
  'a b',
  'trailing\n',
  '\nleading',
  'trailing\r\n',
  'trailing\u2028',
  'trailing\u0085',
  'naïve',
  'ｆｕｌｌ',
  "quo'te",
  'back\\slash',
  '%_*?',
  'x'.repeat(129),
  null,
]

export const BAD_ORDERS: readonly RecordValue[] = [
  ...BAD_IDS.map((sku) => ({ sku })),
  ...BAD_IDS.slice(0, -1).map((offer_id) => ({ offer_id })),
  { customer_id: 'a@b' },
  { sku: 'x'.repeat(128) },
  { quantity: MAX_QUANTITY + 1 },
  { quantity: -MAX_QUANTITY - 1 },
  { quantity: null },
  { price_cents: -1 },
  { price_cents: MAX_CENTS + 1 },
  { price_discount_cents: null },
  { currency: null },
  { ordered_at: null },
  { ordered_at: -1 },
  { ordered_at: MAX_INSTANT_MS + 1 },
  // One over the value of a line, by either sign.
  { quantity: MAX_QUANTITY, price_cents: MAX_PRICE_AT_MAX_QUANTITY + 1, price_discount_cents: 0 },
  { quantity: -2, price_cents: MAX_CENTS, price_discount_cents: 0 },
  // The value is 0, but what was taken off is beyond its range.
  { quantity: MAX_QUANTITY, price_cents: MAX_CENTS, price_discount_cents: MAX_CENTS },
  {
    quantity: -MAX_QUANTITY,
    price_cents: MAX_PRICE_AT_MAX_QUANTITY,
    price_discount_cents: MAX_PRICE_AT_MAX_QUANTITY + 1,
  },
  ...BEYOND.map((quantity) => ({ quantity })),
  ...BEYOND.map((price_cents) => ({ price_cents })),
  { quantity: Number.MAX_SAFE_INTEGER, price_cents: Number.MAX_SAFE_INTEGER },
]

export const BAD_CLICKS: readonly RecordValue[] = [
  ...BAD_IDS.slice(0, -1).map((customer_id) => ({ customer_id })),
  ...BAD_IDS.slice(0, -1).map((decision_id) => ({ decision_id })),
  { bot: 'rate' },
  { bot: 'declared' },
  { bot: 'robot' },
  { event: 'VIEW_ITEM' },
  { event: 'view_item ' },
  { event: '' },
  { event: null },
  { payload: null },
  { payload: {} },
  { payload: { items: [null] } },
  { payload: { items: [{ item_id: 'SKU.0' }, null, { item_id: 'SKU.1' }] } },
  { occurred_at: null },
  { occurred_at: -1 },
  ...BEYOND.map((occurred_at) => ({ occurred_at })),
]

export const BAD_CUSTOMERS: readonly RecordValue[] = [
  ...BAD_IDS.map((customer_id) => ({ customer_id })),
  ...BAD_IDS.slice(0, -1).map((location) => ({ location })),
  { consent: null },
  { consent: { personalisation: true, demographics: null, training: true } },
  { consent: { personalisation: true, demographics: true } },
  { age: -1 },
  { age: 131 },
  { birth_year: 1889 },
  { birth_year: Number.MAX_SAFE_INTEGER },
  { updated_at: null },
  { updated_at: -1 },
  ...BEYOND.map((updated_at) => ({ updated_at })),
]

/** As people write it, and as nobody should. */
export const GENDER_TEXTS = [
  'female',
  'F',
  'male',
  'Man',
  'non-binary',
  'FEMALE ',
  'm\n',
  '',
  'ｍale',
  "f'",
] as const

/** Years of birth on both sides of every border between generations. */
export const BIRTH_YEARS = [1890, 1945, 1946, 1964, 1965, 1980, 1981, 1996, 1997, 2012, 2013, 2100] as const

export const BAD_ITEMS: readonly RecordValue[] = [
  ...BAD_IDS.map((item_id) => ({ item_id })),
  { price_cents: -1 },
  { price_cents: MAX_CENTS },
  { price_cents: MAX_CENTS + 1 },
  { quantity: -1 },
  { quantity: MAX_QUANTITY },
  { discount_cents: Number.MAX_SAFE_INTEGER },
  { index: 1_000_001 },
  { item_list_id: 'not an id' },
]

/** Text that no statistic reads but every engine carries. */
export const HOSTILE_TEXT: readonly string[] = [
  '',
  ' ',
  "Robert'); DROP TABLE orders; --",
  '"quoted" and \\back\\slashed\\',
  'line\nbreak\r\n\ttab',
  '\u2028\u2029\u0085\u00a0',
  'Ünïcödé ß İ ǆ',
  '\u202eright to left\u202c',
  '👩‍👩‍👧‍👦 🇬🇧 \u{1f600}',
  'e\u0301 combining, zero\u200bwidth, \ufeffmark',
  '%{jndi} {{7*7}} <script>alert(1)</script>',
  '漢字 العربية हिन्दी',
  '\u0001\u001f\u007f',
  'null',
  '[{"item_id":"x"}]',
  ',;|\t"',
]

/** From happening to logging: around both ends of the horizon. */
export const LOG_DELAYS: readonly number[] = [
  LATE_MS,
  LATE_MS + 1,
  LATE_MS - 1,
  30 * DAY_MS,
  -FUTURE_MS,
  -FUTURE_MS - 1,
  -FUTURE_MS + 1,
  -2 * DAY_MS,
]
