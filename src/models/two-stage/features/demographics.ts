import type { Feature } from './feature.ts'
import { ratio } from './ratio.ts'

const driver = 'demographics'

/** How people like the shopper go for the item. */
export const DEMOGRAPHIC_FEATURES: readonly Feature[] = [
  { name: 'segment_share', driver, of: ({ segment }) => segment.segmentShare },
  {
    name: 'segment_lift',
    driver,
    of: ({ segment }) => ratio(segment.segmentShare, segment.everybodyShare),
  },
]
