import { type AffinityWeights, byHistoryItem, weightOf } from '../affinity/affinity-model.ts'
import { type RidgeProblem, ridgeSolver } from '../affinity/ridge.ts'
import { weightedSum } from '../linalg/sparse-rows.ts'
import type { FittedRecommender, Recommender } from '../recommender.ts'
import { historyOf, type Sequences, type ShopperHistory, shopperCount } from '../sequences.ts'
import { learnableItems } from '../training/learnable-items.ts'
import { BASKET_SETTINGS, type BasketSettings, basketWeights, WEIGHT_SCALE } from './basket-settings.ts'
import { type BasketSums, basketSums } from './basket-sums.ts'
import { basketStarts } from './baskets.ts'

/** Solves a problem: in this thread, or in several. All solvers agree bit for bit. */
export type BasketSolver = (problem: RidgeProblem) => AffinityWeights | Promise<AffinityWeights>

/**
 * What comes in the next basket: `score = q B + .06 min(times, 3) / 3 + .01 popularity`. q holds the items of the last
 * baskets, weighted by age and size; B is the ridge from q to the next basket over all prefixes of all shoppers. B is
 * learnt over the items with the most shoppers where the catalogue is too large for all.
 */
export const basket = (
  solve: BasketSolver = solveBaskets,
  settings: BasketSettings = BASKET_SETTINGS,
): Recommender => ({
  name: 'basket',
  fit: async ({ sequences }) => {
    const learnt = learnableItems(sequences)
    const problem = basketProblem(basketSums(learnt.sequences, settings), settings)
    const numberOf = new Int32Array(sequences.itemCount).fill(-1)
    for (const [number, item] of learnt.numbers.entries()) numberOf[item] = number
    return basketModel({
      weights: await solve(problem),
      numbers: learnt.numbers,
      numberOf,
      popularity: basketShares(sequences),
      settings,
    })
  },
})

/** `A = Q'Q + 30 I`, `R = Q'Y`, at scale 1. An item may stand in its own column. */
export function basketProblem({ past, next }: BasketSums, settings: BasketSettings): RidgeProblem {
  const size = past.rowCount
  return {
    gram: weightedSum(size, [{ matrix: past, weight: WEIGHT_SCALE ** 2 }], settings.ridge),
    targets: weightedSum(size, [{ matrix: next, weight: WEIGHT_SCALE }], 0),
    neighbours: size <= settings.dense ? Math.max(1, size) : settings.neighbours,
    keepsOwn: true,
  }
}

/** Solves every column in this thread. */
export function solveBaskets(problem: RidgeProblem): AffinityWeights {
  const solve = ridgeSolver(problem)
  const size = problem.gram.rowCount
  return byHistoryItem(
    size,
    Array.from({ length: size }, (_, target) => solve(target)),
  )
}

/** Of each item the share of all baskets that hold it, in [0, 1]. */
function basketShares(sequences: Sequences): Float64Array {
  const counts = new Float64Array(sequences.itemCount)
  let baskets = 0
  for (let shopper = 0; shopper < shopperCount(sequences); shopper += 1) {
    const history = historyOf(sequences, shopper)
    baskets += basketStarts(history).length - 1
    for (const item of history.items) counts[item] = (counts[item] ?? 0) + 1
  }
  return counts.map((count) => Math.min(1, count / Math.max(1, baskets)))
}

type Learnt = {
  /** By learnt number. */
  readonly weights: AffinityWeights
  /** Item by learnt number; learnt number by item, -1 for none. */
  readonly numbers: Int32Array
  readonly numberOf: Int32Array
  readonly popularity: Float64Array
  readonly settings: BasketSettings
}

/** Times beyond which having bought an item again says no more. */
const MOST_TIMES = 3

function basketModel(learnt: Learnt): FittedRecommender {
  const { weights, numbers, numberOf, popularity, settings } = learnt
  const table = basketWeights(settings)
  const base = popularity.map((share) => settings.popularityWeight * share)
  const oneTime = settings.repeatWeight / MOST_TIMES
  return {
    score: (history, scores) => {
      scores.set(base)
      for (const { number, weight } of weightedEntries(history, numberOf, table, settings)) {
        const end = weights.starts[number + 1] ?? 0
        for (let at = weights.starts[number] ?? 0; at < end; at += 1) {
          const item = numbers[weights.targets[at] ?? 0] ?? 0
          scores[item] = (scores[item] ?? 0) + weight * (weights.weights[at] ?? 0)
        }
      }
      for (const item of countedTimes(history).values()) scores[item] = (scores[item] ?? 0) + oneTime
    },
    explain: (history, item) => {
      const target = numberOf[item] ?? -1
      const values = new Map<number, number>()
      const give = (position: number, value: number) =>
        values.set(position, (values.get(position) ?? 0) + value)
      for (const { position, number, weight } of weightedEntries(history, numberOf, table, settings)) {
        if (target >= 0) give(position, weight * weightOf(weights, number, target))
      }
      for (const [position, own] of countedTimes(history)) if (own === item) give(position, oneTime)
      return {
        base: base[item] ?? 0,
        contributions: [...values]
          .filter(([, value]) => value !== 0)
          .sort(([a], [b]) => a - b)
          .map(([position, value]) => ({ position, item: history.items[position] ?? 0, value })),
      }
    },
  }
}

/** Position to item of the entries that count as a time: of each item the last `MOST_TIMES`. */
function countedTimes({ items }: ShopperHistory): ReadonlyMap<number, number> {
  const times = new Map<number, number>()
  const counted = new Map<number, number>()
  for (let position = items.length - 1; position >= 0; position -= 1) {
    const item = items[position] ?? 0
    const before = times.get(item) ?? 0
    if (before === MOST_TIMES) continue
    times.set(item, before + 1)
    counted.set(position, item)
  }
  return counted
}

type WeightedEntry = { readonly position: number; readonly number: number; readonly weight: number }

/** The learnt items of the last baskets; baskets without any do not count, and others do not fill them. */
function weightedEntries(
  history: ShopperHistory,
  numberOf: Int32Array,
  table: Int32Array,
  { baskets, maxSize }: BasketSettings,
): WeightedEntry[] {
  const starts = basketStarts(history)
  const entries: WeightedEntry[] = []
  let age = 0
  for (let basket = starts.length - 2; basket >= 0 && age < baskets; basket -= 1) {
    const own: { position: number; number: number }[] = []
    for (let position = starts[basket] ?? 0; position < (starts[basket + 1] ?? 0); position += 1) {
      const number = numberOf[history.items[position] ?? 0] ?? -1
      if (number >= 0) own.push({ position, number })
    }
    if (own.length === 0) continue
    const weight = WEIGHT_SCALE * (table[age * (maxSize + 1) + Math.min(own.length, maxSize)] ?? 0)
    for (const entry of own) entries.push({ ...entry, weight })
    age += 1
  }
  return entries
}
