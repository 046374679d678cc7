import type { Feature } from './feature.ts'
import { ratio } from './ratio.ts'

const driver = 'discount'

/** What the item costs now against what it usually costs, and how much the shopper goes for that. */
export const DISCOUNT_FEATURES: readonly Feature[] = [
  { name: 'discount_ratio', driver, of: ({ item }) => item.discountRatio },
  { name: 'price_to_usual', driver, of: ({ item }) => ratio(item.priceCents, item.usualPriceCents) },
  { name: 'shopper_discount_share', driver, of: ({ shopper }) => shopper.discountShare },
  {
    name: 'discount_for_shopper',
    driver,
    of: ({ item, shopper }) => item.discountRatio * shopper.discountShare,
  },
  { name: 'pair_discounted_share', driver, of: ({ pair }) => pair.discountedShare },
]
