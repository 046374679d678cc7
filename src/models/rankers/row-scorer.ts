import { emptyBinTable } from './bins/bin-table.ts'
import { columnQuantiser, type FeatureTable, type Quantiser } from './bins/quantiser.ts'
import type { Forest } from './forest.ts'
import { forestScorer } from './forest-scorer.ts'

/** Scores rows of named features: what a scoring server or another language sees of a ranker. */
export type RowScorer = {
  /** In the order of the columns. */
  readonly features: readonly string[]
  /** @returns a score a row */
  readonly score: (table: FeatureTable) => Float64Array
}

/** @param features names in the order in which the forest knows them */
export function rowScorer(features: readonly string[], quantiser: Quantiser, forest: Forest): RowScorer {
  if (features.length !== forest.featureCount) {
    throw new Error(`bug: ${features.length} names of ${forest.featureCount} features`)
  }
  const toBins = columnQuantiser(quantiser)
  const scorer = forestScorer(forest)
  return {
    features,
    score: ({ rowCount, featureCount, values }) => {
      const table = emptyBinTable(rowCount, featureCount)
      for (let feature = 0; feature < featureCount; feature += 1) {
        const column = values.subarray(feature * rowCount, (feature + 1) * rowCount)
        toBins(feature, column, table.bins, feature * table.stride)
      }
      const scores = new Float64Array(rowCount)
      scorer.score(table, scores)
      return scores
    },
  }
}
