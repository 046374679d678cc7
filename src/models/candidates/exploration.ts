import { DAY_MS } from '../../core/duration.ts'
import { seededRandom } from '../../core/random.ts'
import { bestItems } from './best-items.ts'
import type { CandidateSource } from './candidate-source.ts'
import type { ItemTable } from './item-table.ts'
import { RequestValues } from './request-values.ts'
import type { SalesFiguresAt } from './sales-figures.ts'
import { mostLiked } from './taste.ts'

const CATEGORIES = 6
const LOOKED_AT = 200

/**
 * Products of which little is known, because few have seen them: the fewer, the more there is to learn. From the
 * categories that the shopper likes, else from any; others each day. It is weighted 0 in the score; the exploration
 * slot draws from what it proposes. What it proposes does not depend on the draw, so the draw's propensities are exact.
 */
export function exploration(items: ItemTable, figuresAt: SalesFiguresAt): CandidateSource {
  const seen = new RequestValues()
  return {
    name: 'exploration',
    driver: 'content',
    prepare: ({ asOf, taste, category, products, shopper }) => {
      const sales = figuresAt(asOf)
      const valueFor = (item: number): number =>
        1 / Math.sqrt(1 + sales.views(item, 90) + sales.purchases(item, 90))
      return {
        propose: (limit) => {
          const random = seededRandom(`exploration ${Math.floor(asOf / DAY_MS)} ${shopper ?? ''}`)
          const liked = mostLiked(taste.categories, CATEGORIES)
          const from = liked.length > 0 && category < 0 ? random.pick(liked) : category
          const pool = from >= 0 ? items.listOfCategory(from) : null
          const size = pool?.length ?? items.count
          if (size === 0) return []
          seen.clear()
          const drawn: number[] = []
          for (let times = 0; times < Math.min(LOOKED_AT, 2 * size); times += 1) {
            const place = random.below(size)
            const item = pool === null ? place : (pool[place] ?? 0)
            if (seen.has(item) || products.has(item)) continue
            seen.set(item, 1)
            drawn.push(item)
          }
          return bestItems(drawn, limit, valueFor, items.compare)
        },
        valueFor,
        evidenceOf: () => ({ kind: 'little_known' }),
      }
    },
  }
}
