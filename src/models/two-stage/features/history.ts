import type { Feature } from './feature.ts'
import { ratio } from './ratio.ts'

const driver = 'history'

/** What the shopper did with the item, and how they shop. */
export const HISTORY_FEATURES: readonly Feature[] = [
  { name: 'purchases', driver, of: ({ pair }) => pair.purchases },
  { name: 'purchases_30d', driver, of: ({ pair }) => pair.purchases30d },
  { name: 'purchases_90d', driver, of: ({ pair }) => pair.purchases90d },
  { name: 'purchases_faded', driver, of: ({ pair }) => pair.fadedPurchases },
  { name: 'purchases_per_order', driver, of: ({ pair, shopper }) => ratio(pair.purchases, shopper.orders) },
  { name: 'days_since_purchase', driver, of: ({ pair }) => pair.daysSinceLast },
  { name: 'days_since_first_purchase', driver, of: ({ pair }) => pair.daysSinceFirst },
  { name: 'mean_gap_days', driver, of: ({ pair }) => pair.meanGapDays },
  { name: 'days_over_gap', driver, of: ({ pair }) => ratio(pair.daysSinceLast, pair.meanGapDays) },
  { name: 'days_over_last_gap', driver, of: ({ pair }) => ratio(pair.daysSinceLast, pair.lastGapDays) },
  {
    name: 'days_over_item_gap',
    driver,
    of: ({ pair, item }) => ratio(pair.daysSinceLast, item.meanGapDays),
  },
  { name: 'orders_since_purchase', driver, of: ({ pair }) => pair.ordersSinceLast },
  {
    name: 'purchases_per_order_since_first',
    driver,
    of: ({ pair, shopper }) =>
      ratio(pair.purchases * shopper.meanOrderGapDays, pair.daysSinceFirst + shopper.meanOrderGapDays),
  },
  { name: 'units', driver, of: ({ pair }) => pair.units },
  { name: 'last_units', driver, of: ({ pair }) => pair.lastUnits },
  { name: 'views', driver, of: ({ pair }) => pair.views },
  { name: 'carts', driver, of: ({ pair }) => pair.carts },
  { name: 'wishes', driver, of: ({ pair }) => pair.wishes },
  { name: 'minutes_since_action', driver, of: ({ pair }) => pair.minutesSinceAction },
  { name: 'category_share', driver, of: ({ taste }) => taste.categoryShare },
  { name: 'brand_share', driver, of: ({ taste }) => taste.brandShare },
  { name: 'days_since_category', driver, of: ({ taste }) => taste.daysSinceCategory },
  { name: 'shopper_orders', driver, of: ({ shopper }) => shopper.orders },
  { name: 'shopper_items', driver, of: ({ shopper }) => shopper.distinctItems },
  { name: 'shopper_tenure_days', driver, of: ({ shopper }) => shopper.tenureDays },
  { name: 'days_since_order', driver, of: ({ shopper }) => shopper.daysSinceOrder },
  { name: 'mean_order_gap_days', driver, of: ({ shopper }) => shopper.meanOrderGapDays },
  { name: 'basket_size', driver, of: ({ shopper }) => shopper.basketSize },
  { name: 'last_basket_size', driver, of: ({ shopper }) => shopper.lastBasketSize },
  { name: 'shopper_repeat_share', driver, of: ({ shopper }) => shopper.repeatShare },
  { name: 'shopper_units_per_line', driver, of: ({ shopper }) => shopper.unitsPerLine },
]
