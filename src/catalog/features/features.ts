import type { FeatureColumn } from '../../algebra/feature-column.ts'
import { contentFeatures } from './content.ts'
import { demographicsFeatures } from './demographics.ts'
import { discountFeatures } from './discount.ts'
import { historyFeatures } from './history.ts'
import { popularityFeatures } from './popularity.ts'
import { seasonFeatures } from './season.ts'

/** The columns that are statistics, grouped by driver; scores of candidate sources stand beside them in a ranker. */
export const features: readonly FeatureColumn[] = Object.freeze([
  ...historyFeatures,
  ...demographicsFeatures,
  ...seasonFeatures,
  ...discountFeatures,
  ...popularityFeatures,
  ...contentFeatures,
])
