import type { Driver } from '../candidates/candidate-source.ts'
import { type BinTable, emptyBinTable } from '../rankers/bins/bin-table.ts'
import { columnQuantiser } from '../rankers/bins/quantiser.ts'
import type { Forest } from '../rankers/forest.ts'
import { forestScorer } from '../rankers/forest-scorer.ts'
import { expectedScore, pathReasons } from '../rankers/path-reasons.ts'
import type { Explanation } from '../recommender.ts'
import { FeatureRows } from './feature-rows.ts'
import type { Feature, FeatureInputs } from './features/feature.ts'
import type { LearntRanker } from './learn-ranker.ts'
import type { Gathered } from './stage-one.ts'

/** The second stage: what the candidates of a question are worth. */
export type Judge = {
  /** Below any score of a candidate: what every other item gets. */
  readonly floor: number
  /** By place among the candidates. */
  readonly scores: (candidates: Pick<Gathered, 'items' | 'inputsOf'>) => Float64Array
  /** Base and what each driver gave add up to the score. */
  readonly explain: (inputs: FeatureInputs) => Explanation
}

/** Trees over the features that they were grown on. Keeps its memory: for one question at a time. */
export function forestJudge({ features, quantiser, forest }: LearntRanker): Judge {
  const rows = new FeatureRows(features)
  const toBins = columnQuantiser(quantiser)
  const scorer = forestScorer(forest)
  const base = expectedScore(forest)
  const binned = (): BinTable => {
    const table = emptyBinTable(rows.rowCount, features.length)
    const values = rows.toColumns()
    for (let feature = 0; feature < features.length; feature += 1) {
      const column = values.subarray(feature * rows.rowCount, (feature + 1) * rows.rowCount)
      toBins(feature, column, table.bins, feature * table.stride)
    }
    rows.clear()
    return table
  }
  return {
    floor: leastScore(forest),
    scores: ({ items, inputsOf }) => {
      for (const item of items) rows.add(inputsOf(item))
      const scores = new Float64Array(items.length)
      scorer.score(binned(), scores)
      return scores
    },
    explain: (inputs) => {
      rows.add(inputs)
      const values = new Float64Array(features.length)
      pathReasons(forest, binned(), 0, values)
      return { base, contributions: byDriver(features, values) }
    },
  }
}

/** Where there was nothing to learn trees from: what the shopper bought most, then what everybody buys. */
export const plainJudge: Judge = {
  floor: -1,
  scores: ({ items, inputsOf }) =>
    Float64Array.from(items, (item) => {
      const { own, everybody } = plainWorth(inputsOf(item))
      return own + everybody
    }),
  explain: (inputs) => {
    const { own, everybody } = plainWorth(inputs)
    return {
      base: 0,
      contributions: [
        { driver: 'history', value: own },
        { driver: 'popularity', value: everybody },
      ],
    }
  },
}

/** Popularity stays below 1, so that it only decides among equals. */
const plainWorth = ({ pair, item }: FeatureInputs) => ({
  own: pair.purchases,
  everybody: item.purchases / (1 + item.purchases),
})

/** What each driver gave, in the order of the features. */
function byDriver(features: readonly Feature[], values: Float64Array) {
  const sums = new Map<Driver, number>()
  for (const [index, { driver }] of features.entries()) {
    sums.set(driver, (sums.get(driver) ?? 0) + (values[index] ?? 0))
  }
  return [...sums].filter(([, value]) => value !== 0).map(([driver, value]) => ({ driver, value }))
}

function leastScore({ base, treeCount, depth, leaves }: Forest): number {
  let least = base - 1
  for (let tree = 0; tree < treeCount; tree += 1) {
    least += leaves.subarray(tree << depth, (tree + 1) << depth).reduce((a, b) => Math.min(a, b), 0)
  }
  return least
}
