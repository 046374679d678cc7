import type { Feature } from './feature.ts'
import { ratio } from './ratio.ts'

const driver = 'popularity'

/** How the item does with everybody. */
export const POPULARITY_FEATURES: readonly Feature[] = [
  { name: 'purchases_7d', driver, of: ({ item }) => item.purchases7d },
  { name: 'purchases_30d', driver, of: ({ item }) => item.purchases30d },
  { name: 'purchases_90d', driver, of: ({ item }) => item.purchases90d },
  { name: 'purchases', driver, of: ({ item }) => item.purchases },
  {
    name: 'trend',
    driver,
    of: ({ item }) => ratio(item.purchases7d * 30 + 30, item.purchases30d * 7 + 30),
  },
  {
    name: 'trend_month',
    driver,
    of: ({ item }) => ratio(item.purchases30d + 3, item.purchasesBefore30d + 3),
  },
  { name: 'buyers', driver, of: ({ item }) => item.buyers },
  { name: 'repeat_share', driver, of: ({ item }) => ratio(item.repeatBuyers, item.buyers) },
  { name: 'lines_per_buyer', driver, of: ({ item }) => ratio(item.purchases, item.buyers) },
  { name: 'mean_gap', driver, of: ({ item }) => item.meanGapDays },
  { name: 'item_age', driver, of: ({ item }) => item.daysSinceFirst },
  { name: 'days_since', driver, of: ({ item }) => item.daysSinceLast },
  { name: 'units_per_line', driver, of: ({ item }) => item.unitsPerLine },
  { name: 'conversion', driver, of: ({ item }) => ratio(item.purchases30d, item.views30d) },
  { name: 'stock', driver, of: ({ item }) => item.inventory },
  { name: 'price', driver, of: ({ item }) => item.priceCents },
  {
    name: 'price_to_own_median',
    driver: 'history',
    of: ({ item, shopper }) => ratio(item.priceCents, shopper.medianPriceCents),
  },
]
