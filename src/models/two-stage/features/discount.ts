import type { Feature } from './feature.ts'
import { ratio } from './ratio.ts'

const driver = 'discount'

/** What the item costs now against what it usually costs, and how much the shopper goes for that. */
export const DISCOUNT_FEATURES: readonly Feature[] = [
  { name: 'discount_depth', driver, of: ({ item }) => item.discountRatio },
  { name: 'price_to_usual', driver, of: ({ item }) => ratio(item.priceCents, item.usualPriceCents) },
  { name: 'own_discount_share', driver, of: ({ shopper }) => shopper.discountShare },
  {
    name: 'own_discount_share_x_depth',
    driver,
    of: ({ item, shopper }) => item.discountRatio * shopper.discountShare,
  },
  { name: 'own_discounted_share', driver, of: ({ pair }) => pair.discountedShare },
]
