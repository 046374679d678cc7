import type { Feature } from './feature.ts'
import { ratio } from './ratio.ts'

const driver = 'popularity'

/** How the item does with everybody. */
export const POPULARITY_FEATURES: readonly Feature[] = [
  { name: 'item_purchases_7d', driver, of: ({ item }) => item.purchases7d },
  { name: 'item_purchases_30d', driver, of: ({ item }) => item.purchases30d },
  { name: 'item_purchases_90d', driver, of: ({ item }) => item.purchases90d },
  { name: 'item_purchases', driver, of: ({ item }) => item.purchases },
  {
    name: 'item_trend_week',
    driver,
    of: ({ item }) => ratio(item.purchases7d * 30 + 30, item.purchases30d * 7 + 30),
  },
  {
    name: 'item_trend_month',
    driver,
    of: ({ item }) => ratio(item.purchases30d + 3, item.purchasesBefore30d + 3),
  },
  { name: 'item_buyers', driver, of: ({ item }) => item.buyers },
  { name: 'item_repeat_share', driver, of: ({ item }) => ratio(item.repeatBuyers, item.buyers) },
  { name: 'item_lines_per_buyer', driver, of: ({ item }) => ratio(item.purchases, item.buyers) },
  { name: 'item_mean_gap_days', driver, of: ({ item }) => item.meanGapDays },
  { name: 'item_age_days', driver, of: ({ item }) => item.daysSinceFirst },
  { name: 'item_days_since_purchase', driver, of: ({ item }) => item.daysSinceLast },
  { name: 'item_units_per_line', driver, of: ({ item }) => item.unitsPerLine },
  { name: 'item_conversion_30d', driver, of: ({ item }) => ratio(item.purchases30d, item.views30d) },
  { name: 'item_inventory', driver, of: ({ item }) => item.inventory },
  { name: 'item_price', driver, of: ({ item }) => item.priceCents },
  {
    name: 'price_to_shopper_median',
    driver: 'history',
    of: ({ item, shopper }) => ratio(item.priceCents, shopper.medianPriceCents),
  },
]
