import type { FittedRecommender, Recommender } from '../recommender.ts'
import type { ShopperHistory } from '../sequences.ts'
import { popularity } from './popular.ts'

/** The shopper's own items, most often first, the more popular first among equals; then what is popular. */
export const frequency: Recommender = {
  name: 'frequency',
  fit: async (training) => personal(popularity(training), everyTime),
}

/** The shopper's own items, the latest first; then what is popular. */
export const recent: Recommender = {
  name: 'recent',
  fit: async (training) => personal(popularity(training), lastTime),
}

/** What the events of a history give to their items; whole numbers, so popularity only decides among equals. */
type Worth = (history: ShopperHistory) => readonly { readonly position: number; readonly value: number }[]

const everyTime: Worth = ({ items }) => Array.from(items, (_item, position) => ({ position, value: 1 }))

const lastTime: Worth = ({ items }) => {
  const last = new Map<number, number>()
  for (const [position, item] of items.entries()) last.set(item, position)
  return Array.from(last.values(), (position) => ({ position, value: position + 1 }))
}

/** score = popularity / (greatest popularity + 1), in [0, 1), plus what the shopper's own events are worth. */
function personal(counts: Float64Array, worth: Worth): FittedRecommender {
  const greatest = counts.reduce((most, count) => Math.max(most, count), 0)
  const base = counts.map((count) => count / (greatest + 1))
  return {
    score: (history, scores) => {
      scores.set(base)
      for (const { position, value } of worth(history)) {
        const item = history.items[position] ?? 0
        scores[item] = (scores[item] ?? 0) + value
      }
    },
    explain: (history, item) => ({
      base: base[item] ?? 0,
      contributions: worth(history)
        .filter(({ position }) => history.items[position] === item)
        .map(({ position, value }) => ({ position, item, value })),
    }),
  }
}
