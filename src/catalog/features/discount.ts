import { type FeatureColumn, featureColumn } from '../../algebra/feature-column.ts'
import {
  amount,
  greatest,
  minus,
  orElseFeature,
  plus,
  productField,
  ratio,
  read,
  times,
  windowed,
} from '../../algebra/feature-expression.ts'
import { productDiscounts } from '../views/product-discounts.ts'
import { productPriceHistogram } from '../views/product-price-histogram.ts'
import { shopperActivity } from '../views/shopper-activity.ts'
import { shopperPrice } from '../views/shopper-price.ts'

/** Fields of a product as it is sold: the price now, and what offers take off a unit of it. */
export const SOLD_FIELDS = {
  price: 'price_cents',
  listPrice: 'list_price_cents',
  off: 'offer_off_cents',
} as const

/** Units that a shopper has to have bought before their share outweighs everybody's. */
const SHRINKAGE_UNITS = 5

const middle = { kind: 'middle', count: 'lines', sum: 'price_cents' } as const
const usualPrice = orElseFeature(
  read({ view: productPriceHistogram, window: 'last_90d' }, middle),
  read({ view: productPriceHistogram, window: 'last_365d' }, middle),
)
const ownMedian = read({ view: shopperPrice, window: 'last_365d' }, middle)
const price = productField(SOLD_FIELDS.price)
const paid = greatest(amount(0), minus(price, orElseFeature(productField(SOLD_FIELDS.off), amount(0))))
const reference = greatest(
  price,
  orElseFeature(productField(SOLD_FIELDS.listPrice), orElseFeature(usualPrice, price)),
)
const depth = greatest(amount(0), ratio(minus(reference, paid), reference))

const everybody = { view: productDiscounts, window: 'last_90d', over: ['sku'] } as const
const discounted = windowed(everybody, 'discounted_units')
const shareOfAll = orElseFeature(
  ratio(discounted, plus(discounted, windowed(everybody, 'full_price_units'))),
  amount(0),
)
const ownYear = { view: shopperActivity, window: 'last_365d' } as const
const ownShare = ratio(
  plus(windowed(ownYear, 'discounted_units'), times(amount(SHRINKAGE_UNITS), shareOfAll)),
  plus(windowed(ownYear, 'bought_units'), amount(SHRINKAGE_UNITS)),
)

const column = (definition: Omit<FeatureColumn, 'kind' | 'driver'>) =>
  featureColumn({ driver: 'discount', ...definition })
const NO_PRICE = 'the product has no price'

/** Price and discount, of the product now and of what the shopper is used to. */
export const discountFeatures: readonly FeatureColumn[] = [
  column({
    name: 'price',
    unit: 'minor units',
    min: 0,
    max: 1_000_000_000,
    meaning: 'unit price now, before offers',
    missing: NO_PRICE,
    value: price,
  }),
  column({
    name: 'price_to_own_median',
    unit: 'ratio',
    min: 0,
    max: Infinity,
    meaning: 'price now / median price of what the shopper bought in 365 days',
    missing: 'they bought nothing',
    value: ratio(price, ownMedian),
  }),
  column({
    name: 'price_to_usual',
    unit: 'ratio',
    min: 0,
    max: Infinity,
    meaning: 'price now, less offers, / its own usual price: median over 90 days, else over 365',
    missing: 'nobody bought it',
    value: ratio(paid, usualPrice),
  }),
  column({
    name: 'discount_depth',
    unit: 'ratio',
    min: 0,
    max: 1,
    meaning:
      'how far the price less offers lies below the list price, or the usual price where there is none',
    missing: NO_PRICE,
    value: depth,
  }),
  column({
    name: 'own_discount_share',
    unit: 'ratio',
    min: 0,
    max: 1,
    meaning: `share of discounted units in what the shopper bought in 365 days, shrunk to everybody’s of 90 days by ${SHRINKAGE_UNITS} units`,
    missing: 'nobody is known to ask',
    value: ownShare,
  }),
  column({
    name: 'own_discount_share_x_depth',
    unit: 'ratio',
    min: 0,
    max: 1,
    meaning: '`own_discount_share` x `discount_depth`',
    missing: 'either is',
    value: times(ownShare, depth),
  }),
]
