import type { Feature } from './feature.ts'
import { ratio } from './ratio.ts'

const driver = 'history'

/** What the shopper did with the item, and how they shop. */
export const HISTORY_FEATURES: readonly Feature[] = [
  { name: 'own_purchases', driver, of: ({ pair }) => pair.purchases },
  { name: 'own_purchases_30d', driver, of: ({ pair }) => pair.purchases30d },
  { name: 'own_purchases_90d', driver, of: ({ pair }) => pair.purchases90d },
  { name: 'own_purchases_faded', driver, of: ({ pair }) => pair.fadedPurchases },
  {
    name: 'own_purchases_per_order',
    driver,
    of: ({ pair, shopper }) => ratio(pair.purchases, shopper.orders),
  },
  { name: 'own_days_since', driver, of: ({ pair }) => pair.daysSinceLast },
  { name: 'own_days_since_first', driver, of: ({ pair }) => pair.daysSinceFirst },
  { name: 'own_mean_gap', driver, of: ({ pair }) => pair.meanGapDays },
  { name: 'own_days_per_gap', driver, of: ({ pair }) => ratio(pair.daysSinceLast, pair.meanGapDays) },
  { name: 'own_days_per_last_gap', driver, of: ({ pair }) => ratio(pair.daysSinceLast, pair.lastGapDays) },
  {
    name: 'own_days_per_item_gap',
    driver,
    of: ({ pair, item }) => ratio(pair.daysSinceLast, item.meanGapDays),
  },
  { name: 'own_orders_since', driver, of: ({ pair }) => pair.ordersSinceLast },
  {
    name: 'own_purchases_per_order_since_first',
    driver,
    of: ({ pair, shopper }) =>
      ratio(pair.purchases * shopper.meanOrderGapDays, pair.daysSinceFirst + shopper.meanOrderGapDays),
  },
  { name: 'own_units', driver, of: ({ pair }) => pair.units },
  { name: 'own_last_units', driver, of: ({ pair }) => pair.lastUnits },
  { name: 'own_views', driver, of: ({ pair }) => pair.views },
  { name: 'visit_carts', driver, of: ({ pair }) => pair.carts },
  { name: 'own_wish', driver, of: ({ pair }) => pair.wishes },
  { name: 'visit_minutes_since', driver, of: ({ pair }) => pair.minutesSinceAction },
  { name: 'own_category_share', driver, of: ({ taste }) => taste.categoryShare },
  { name: 'own_brand_share', driver, of: ({ taste }) => taste.brandShare },
  { name: 'own_category_days_since', driver, of: ({ taste }) => taste.daysSinceCategory },
  { name: 'own_orders', driver, of: ({ shopper }) => shopper.orders },
  { name: 'own_items', driver, of: ({ shopper }) => shopper.distinctItems },
  { name: 'own_tenure', driver, of: ({ shopper }) => shopper.tenureDays },
  { name: 'own_order_days_since', driver, of: ({ shopper }) => shopper.daysSinceOrder },
  { name: 'own_order_mean_gap', driver, of: ({ shopper }) => shopper.meanOrderGapDays },
  { name: 'own_basket_size', driver, of: ({ shopper }) => shopper.basketSize },
  { name: 'own_last_basket_size', driver, of: ({ shopper }) => shopper.lastBasketSize },
  { name: 'own_repeat_share', driver, of: ({ shopper }) => shopper.repeatShare },
  { name: 'own_units_per_line', driver, of: ({ shopper }) => shopper.unitsPerLine },
]
