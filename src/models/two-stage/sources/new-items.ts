import type { ItemSource } from './source.ts'

/** An item counts as new for so many days after its first sale. */
const NEW_DAYS = 21
const POOL = 2000

/** Items that were first bought within three weeks, the most bought first. */
export const newItems: ItemSource = {
  name: 'new-items',
  driver: 'popularity',
  propose: ({ figures }, limit) => {
    if (figures.asOfDay === null) return new Int32Array()
    return figures
      .mostBought(NEW_DAYS, POOL)
      .filter((item) => figures.of(item).daysSinceFirst <= NEW_DAYS)
      .subarray(0, limit)
  },
}
