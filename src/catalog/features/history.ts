import { type FeatureColumn, featureColumn } from '../../algebra/feature-column.ts'
import { amount, minus, ratio, read, request, windowed } from '../../algebra/feature-expression.ts'
import { DAY_MS, MINUTE_MS } from '../../core/duration.ts'
import { sessionProduct } from '../views/session-product.ts'
import { shopperActivity } from '../views/shopper-activity.ts'
import { shopperOrder } from '../views/shopper-order.ts'
import { shopperProduct } from '../views/shopper-product.ts'
import { shopperWish } from '../views/shopper-wish.ts'

const own = { view: shopperProduct, window: 'last_365d' } as const
const inVisit = { view: sessionProduct, window: 'last_1d' } as const
const ownOrders = { view: shopperOrder, window: 'last_365d', over: ['order_id'] } as const

const purchases = windowed(own, 'purchases')
const orders = read(ownOrders, { kind: 'keyCount', measure: 'lines' })
const lastBoughtAt = read(own, { kind: 'lastTile', measure: 'purchases' })
const firstBoughtAt = read(own, { kind: 'firstTile', measure: 'purchases' })
const daysBought = read(own, { kind: 'tileCount', measure: 'purchases' })

const daysSince = ratio(minus(request('asOf'), lastBoughtAt), amount(DAY_MS))
const meanGapDays = ratio(
  ratio(minus(lastBoughtAt, firstBoughtAt), amount(DAY_MS)),
  minus(daysBought, amount(1)),
)

const UNKNOWN_SHOPPER = 'nobody is known to ask'
const UNKNOWN_VISIT = 'the request names no visit'
const count = { unit: 'lines', min: 0, max: Infinity } as const
const days = { unit: 'days', min: 0, max: Infinity } as const
const plain = { unit: 'ratio', min: 0, max: Infinity } as const
const column = (definition: Omit<FeatureColumn, 'kind' | 'driver'>) =>
  featureColumn({ driver: 'history', ...definition })

/** What the shopper did with the product, and how they shop. */
export const historyFeatures: readonly FeatureColumn[] = [
  column({
    ...count,
    name: 'own_purchases',
    meaning: 'order lines of the shopper with the product in 365 days',
    missing: UNKNOWN_SHOPPER,
    value: purchases,
  }),
  column({
    ...plain,
    name: 'own_purchases_per_order',
    meaning: '`own_purchases` / `own_orders`',
    missing: 'the shopper has no order',
    value: ratio(purchases, orders),
  }),
  column({
    name: 'own_units',
    unit: 'units',
    min: -Infinity,
    max: Infinity,
    meaning: 'units of the product that the shopper bought and kept in 365 days',
    missing: UNKNOWN_SHOPPER,
    value: windowed(own, 'units'),
  }),
  column({
    ...days,
    name: 'own_days_since',
    meaning: 'since the start of the last day on which the shopper bought the product',
    missing: 'they never did',
    value: daysSince,
  }),
  column({
    ...days,
    name: 'own_mean_gap',
    meaning: 'mean time between days on which the shopper bought the product',
    missing: 'they did on fewer than two days',
    value: meanGapDays,
  }),
  column({
    ...plain,
    name: 'own_days_per_gap',
    meaning: '`own_days_since` / `own_mean_gap`: from 1 on it is due again',
    missing: 'they did on fewer than two days',
    value: ratio(daysSince, meanGapDays),
  }),
  column({
    ...count,
    name: 'own_views',
    meaning: 'looks of the shopper at the product in 30 days',
    missing: UNKNOWN_SHOPPER,
    value: windowed({ ...own, window: 'last_30d' }, 'views'),
    unit: 'looks',
  }),
  column({
    name: 'own_wish',
    unit: 'flag',
    min: 0,
    max: 1,
    meaning: '1 if the product is on the wishlist of the shopper',
    missing: UNKNOWN_SHOPPER,
    value: read({ view: shopperWish, window: 'last_365d' }, { kind: 'lastWordIs', word: 'wish' }),
  }),
  column({
    name: 'own_orders',
    unit: 'orders',
    min: 0,
    max: Infinity,
    meaning: 'orders of the shopper in 365 days',
    missing: UNKNOWN_SHOPPER,
    value: orders,
  }),
  column({
    ...plain,
    name: 'own_basket_size',
    unit: 'lines',
    meaning: 'mean lines of an order of the shopper in 365 days',
    missing: 'they have no order',
    value: ratio(windowed({ view: shopperActivity, window: 'last_365d' }, 'lines'), orders),
  }),
  column({
    name: 'basket_lines',
    unit: 'products',
    min: 0,
    max: Infinity,
    meaning: 'products in the basket now',
    missing: '',
    value: request('basketLines'),
  }),
  column({
    ...count,
    name: 'visit_views',
    unit: 'looks',
    meaning: 'looks at the product in this visit',
    missing: UNKNOWN_VISIT,
    value: windowed(inVisit, 'views'),
  }),
  column({
    ...count,
    name: 'visit_carts',
    unit: 'times',
    meaning: 'how often it was put into the basket in this visit',
    missing: UNKNOWN_VISIT,
    value: windowed(inVisit, 'carts'),
  }),
  column({
    ...count,
    name: 'visit_wishes',
    unit: 'times',
    meaning: 'how often it was wished for in this visit',
    missing: UNKNOWN_VISIT,
    value: windowed(inVisit, 'wishes'),
  }),
  column({
    name: 'visit_minutes_since',
    unit: 'minutes',
    min: 0,
    max: 2880,
    meaning: 'since anything was done with it in this visit',
    missing: 'nothing was, or no visit is named',
    value: ratio(minus(request('asOf'), windowed(inVisit, 'last_at')), amount(MINUTE_MS)),
  }),
]
