import { oneOf } from '../../algebra/expression.ts'
import { pairStatistic } from '../../algebra/pair-statistic.ts'
import { interactions } from '../streams/interactions.ts'
import { PAST_BY_GAP_AND_REST, SUCCESSION_BY_GAP } from './gap-weights.ts'

const history = {
  from: interactions,
  owner: 'shopper',
  item: 'sku',
  where: oneOf('action', 'view', 'cart', 'wish', 'purchase'),
  maxHistory: 1000,
} as const

/** K: how often, and how soon, one product follows another. */
export const successionPairs = pairStatistic({
  ...history,
  name: 'succession_pairs',
  weight: { kind: 'ordered', byGap: SUCCESSION_BY_GAP },
  pairsPerKey: 2_000_000_000,
})

/** P: how often, and how closely, two products lie together in the past of a prefix. */
export const pastPairs = pairStatistic({
  ...history,
  name: 'past_pairs',
  weight: { kind: 'unordered', byGapAndRest: PAST_BY_GAP_AND_REST },
  pairsPerKey: 1_000_000_000,
})

/** G: how many shoppers have both products. */
export const togetherPairs = pairStatistic({
  ...history,
  name: 'together_pairs',
  weight: { kind: 'together', maxDistinct: 200 },
  pairsPerKey: 2_000_000_000,
})
