import { seededRandom } from '../../../core/random.ts'
import type { ItemSource } from './source.ts'

const POOL = 5000

/** A few items by chance out of those that sell; the same question always draws the same. */
export const exploration: ItemSource = {
  name: 'exploration',
  driver: 'popularity',
  propose: ({ history, figures }, limit) => {
    const pool = figures.mostBought(figures.asOfDay === null ? Number.POSITIVE_INFINITY : 90, POOL)
    const { items } = history
    const random = seededRandom(`${figures.asOfDay}/${items.length}/${items.at(-1)}`)
    const drawn = new Set<number>()
    for (let draw = 0; draw < limit && pool.length > 0; draw += 1) {
      const item = pool[random.below(pool.length)]
      if (item !== undefined) drawn.add(item)
    }
    return Int32Array.from(drawn)
  },
}
