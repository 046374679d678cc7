import type { ShopperTruth } from '../../../src/datagen/synthetic-shop/truth.ts'
import { rowScorer } from '../../../src/models/rankers/row-scorer.ts'
import { type LearntShop, mean } from './learnt-shop.ts'

/**
 * What a deal adds to the score of trees, on average over a shopper's candidates that have one: the score as it is less the
 * score of the same row without the deal.
 */
export function dealGives({ recommender, ranker }: LearntShop): (one: ShopperTruth) => number {
  if (ranker === null) throw new Error('no trees were trained')
  const { featureNames, quantiser, forest } = ranker
  const scorer = rowScorer(featureNames, quantiser, forest)
  return ({ customer_id: customerId }) => {
    const { skus, names, columns } = recommender.candidates({
      page: 'home',
      customerId,
      cart: [],
      exclude: [],
      limit: LIMIT,
    })
    const rowCount = skus.length
    const column = (name: string) => columns[names.indexOf(name)]?.subarray(0, rowCount) ?? new Float32Array()
    const scores = (changed: ReadonlyMap<string, Float32Array>) => {
      const values = new Float32Array(rowCount * featureNames.length)
      for (const [place, name] of featureNames.entries()) {
        values.set(changed.get(name) ?? column(name), place * rowCount)
      }
      return scorer.score({ rowCount, featureCount: featureNames.length, values })
    }
    const deals = column('on_offer')
    const [now, without] = [scores(new Map()), scores(withoutDeals(column))]
    return mean(
      Array.from(deals.keys()).flatMap((row) =>
        (deals[row] ?? 0) > 0 ? [(now[row] ?? 0) - (without[row] ?? 0)] : [],
      ),
    )
  }
}

const LIMIT = 12

/** The columns of rows that have a deal as they would be at the usual price. */
function withoutDeals(column: (name: string) => Float32Array): ReadonlyMap<string, Float32Array> {
  const [deals, toUsual, share] = ['on_offer', 'price_to_usual', 'own_discount_share'].map(column)
  const at = (of: Float32Array | undefined, row: number) => of?.[row] ?? Number.NaN
  const has = (row: number) => at(deals, row) > 0
  const depths = column('discount_depth').map((depth, row) =>
    has(row) ? Math.max(0, 1 - (1 - depth) / Math.min(1, at(toUsual, row))) : depth,
  )
  return new Map([
    ['on_offer', new Float32Array(depths.length)],
    ['price_to_usual', column('price_to_usual').map((ratio, row) => (has(row) ? 1 : ratio))],
    ['discount_depth', depths],
    [
      'own_discount_share_x_depth',
      column('own_discount_share_x_depth').map((product, row) =>
        has(row) ? at(share, row) * (depths[row] ?? 0) : product,
      ),
    ],
  ])
}
