import type { FiguresAt } from '../figures/figures-at.ts'
import type { ItemSource } from './source.ts'

const POOL = 2000

/** What is bought at this time of the year more than else: index above 1, by index times purchases of a year. */
export function season(): ItemSource {
  const lists = new WeakMap<FiguresAt, Int32Array>()
  return {
    name: 'season',
    driver: 'season',
    propose: ({ figures }, limit) => {
      const list = lists.get(figures) ?? inSeason(figures)
      lists.set(figures, list)
      return list.subarray(0, limit)
    },
  }
}

function inSeason(figures: FiguresAt): Int32Array {
  const isKnown = figures.mostBought(30, 1).some((item) => !Number.isNaN(figures.of(item).seasonIndex))
  if (!isKnown) return new Int32Array()
  const pool = figures.mostBought(365, POOL).filter((item) => figures.of(item).seasonIndex > 1)
  const worth = (item: number): number => (figures.of(item).seasonIndex - 1) * figures.of(item).purchases
  return pool.sort((a, b) => worth(b) - worth(a) || a - b)
}
