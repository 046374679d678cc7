import type { Customer } from '../../catalog/events/customers.ts'
import type { Product } from '../../catalog/events/products.ts'
import { shopperActivity } from '../../catalog/views/shopper-activity.ts'
import { shopperProduct } from '../../catalog/views/shopper-product.ts'
import type { ShopState } from '../../recommend/shop-state.ts'

/** Customers that are looked at; enough to find every kind in a large shop. */
const LOOKED_AT = 5000

/** What the state tells of a customer who may be shown as an example. */
export type ShopperFacts = {
  readonly id: string
  readonly customer: Customer
  /** Order lines; returns are not taken off. */
  readonly purchases: number
  /** Different products that were looked at, carted, wished for or bought. */
  readonly touched: number
  /** Of the units bought, the share with something off; null without purchases. */
  readonly discountShare: number | null
  /**
   * Mean place of what was bought among its category's products by price, weighted by purchases: 0 the cheapest,
   * 1 the dearest; null without purchases.
   */
  readonly pricePlace: number | null
}

/** Customers who consent to personalisation, in the order in which the state holds them. */
export function shopperFacts(state: Pick<ShopState, 'entities' | 'ownerTiles'>): readonly ShopperFacts[] {
  const places = pricePlaces([...(state.entities('products') as Iterable<Product>)])
  return [...(state.entities('customers') as Iterable<Customer>)]
    .filter(({ consent, deleted }) => consent.personalisation && deleted !== true)
    .slice(0, LOOKED_AT)
    .map((customer) => factsOf(state, customer, places))
}

const PURCHASES = Object.keys(shopperProduct.measures).indexOf('purchases')
const ACTIVITY = Object.keys(shopperActivity.measures)
const [BOUGHT_UNITS, DISCOUNTED_UNITS] = [
  ACTIVITY.indexOf('bought_units'),
  ACTIVITY.indexOf('discounted_units'),
]

function factsOf(
  state: Pick<ShopState, 'ownerTiles'>,
  customer: Customer,
  places: ReadonlyMap<string, number>,
): ShopperFacts {
  const bought = new Map<string, number>()
  for (const { key, values } of state.ownerTiles(shopperProduct.name, `c:${customer.customer_id}`)) {
    const sku = key[1] ?? ''
    bought.set(sku, (bought.get(sku) ?? 0) + Number(values[PURCHASES]))
  }
  let [purchases, placed, sum] = [0, 0, 0]
  for (const [sku, times] of bought) {
    purchases += times
    const place = places.get(sku)
    if (place === undefined) continue
    placed += times
    sum += times * place
  }
  return {
    id: customer.customer_id,
    customer,
    purchases,
    touched: bought.size,
    discountShare: discountShareOf(state, customer.customer_id),
    pricePlace: placed === 0 ? null : sum / placed,
  }
}

function discountShareOf(state: Pick<ShopState, 'ownerTiles'>, id: string): number | null {
  let [bought, discounted] = [0, 0]
  for (const { values } of state.ownerTiles(shopperActivity.name, `c:${id}`)) {
    bought += Number(values[BOUGHT_UNITS])
    discounted += Number(values[DISCOUNTED_UNITS])
  }
  return bought === 0 ? null : discounted / bought
}

/** By sku, the place of its price in its category: 0 the cheapest, 1 the dearest. */
export function pricePlaces(products: readonly Product[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  for (const group of Map.groupBy(products, ({ category }) => category).values()) {
    const sorted = group.toSorted((a, b) => a.price_cents - b.price_cents || (a.sku < b.sku ? -1 : 1))
    for (const [index, { sku }] of sorted.entries()) {
      places.set(sku, sorted.length === 1 ? 0.5 : index / (sorted.length - 1))
    }
  }
  return places
}
