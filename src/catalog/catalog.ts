import type { PairStatistic } from '../algebra/pair-statistic.ts'
import type { Horizon, Source } from '../algebra/source.ts'
import type { Stream } from '../algebra/stream.ts'
import type { View } from '../algebra/view.ts'
import { DAY_MS, MINUTE_MS } from '../core/duration.ts'
import { clickstream } from './events/clickstream.ts'
import { customers } from './events/customers.ts'
import { inventory } from './events/inventory.ts'
import { offers } from './events/offers.ts'
import { orders } from './events/orders.ts'
import { products } from './events/products.ts'
import { pastPairs, successionPairs, togetherPairs } from './pairs/sequence-pairs.ts'
import { interactions } from './streams/interactions.ts'
import { productActivity } from './views/product-activity.ts'
import { productDiscounts } from './views/product-discounts.ts'
import { productPrice } from './views/product-price.ts'
import { productPriceHistogram } from './views/product-price-histogram.ts'
import { segmentProduct } from './views/segment-product.ts'
import { sessionProduct } from './views/session-product.ts'
import { shopperActivity } from './views/shopper-activity.ts'
import { shopperLastSeen } from './views/shopper-last-seen.ts'
import { shopperOrder } from './views/shopper-order.ts'
import { shopperPrice } from './views/shopper-price.ts'
import { shopperProduct } from './views/shopper-product.ts'
import { shopperRecent } from './views/shopper-recent.ts'
import { shopperWish } from './views/shopper-wish.ts'

/** All that is defined, in one value: what every engine is compiled from. */
export type Catalog = {
  readonly horizon: Horizon
  readonly sources: readonly Source[]
  readonly streams: readonly Stream[]
  /** Kept up to date event by event. */
  readonly views: readonly View[]
  /** With a join: computed from the lake, not resident. */
  readonly batchViews: readonly View[]
  readonly pairs: readonly PairStatistic[]
}

export const catalog: Catalog = Object.freeze({
  horizon: { lateMs: 7 * DAY_MS, futureMs: 5 * MINUTE_MS },
  // The place of a source is its number in logs that exist: a new one comes last.
  sources: [products, orders, customers, clickstream, inventory, offers],
  streams: [interactions],
  // The first view of an owner (first key column) has no `where`: it counts the rows of all of them.
  views: [
    productActivity,
    productPrice,
    productPriceHistogram,
    productDiscounts,
    shopperProduct,
    shopperLastSeen,
    shopperRecent,
    shopperActivity,
    shopperOrder,
    shopperPrice,
    shopperWish,
    sessionProduct,
  ],
  batchViews: [segmentProduct],
  pairs: [successionPairs, pastPairs, togetherPairs],
})
