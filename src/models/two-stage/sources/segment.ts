import { topItems } from '../../top-items.ts'
import type { SegmentShares } from '../figures/segment-shares.ts'
import type { ItemSource } from './source.ts'

/** What shoppers of the same generation, gender and region have. Nothing if nothing is known of the person. */
export const segment = (shares: SegmentShares): ItemSource => ({
  name: 'segment',
  driver: 'demographics',
  propose: ({ history }, limit) => {
    const own = shares.of(history.person)
    return own === null ? new Int32Array() : topItems(own, limit)
  },
})
