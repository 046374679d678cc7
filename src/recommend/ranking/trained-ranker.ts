import { type CandidateMatrix, isAboutProduct, type Ranker } from '../../models/candidates/ranker.ts'
import { type BinTable, strideOf } from '../../models/rankers/bins/bin-table.ts'
import { columnQuantiser } from '../../models/rankers/bins/quantiser.ts'
import { forestScorer } from '../../models/rankers/forest-scorer.ts'
import { expectedScore, pathReasons } from '../../models/rankers/path-reasons.ts'
import type { RankerModel } from '../../models/rankers/ranker-model.ts'

const NO_VALUES = new Float32Array(0)

export type TrainedRankerOptions = {
  /** Of the artefact. */
  readonly version: string
  readonly model: RankerModel
  /** Names of the sources, in the order of the matrix's columns. */
  readonly sources: readonly string[]
  /** Names of the feature columns that there are; those that the model reads lie behind the sources. */
  readonly features: readonly string[]
  /** Ranks on pages about a product: the trees have learnt what shoppers buy next, not what goes with a product. */
  readonly onProductPages: Ranker
}

/**
 * A ranker of trees over what the sources say and the feature columns. A score is how far it lies from that of a product of which nothing is
 * known, so `base` is 0. The score of a row depends on that row alone, and the same values give the same bits.
 * @throws Error if the model names a column that there is not
 */
export function trainedRanker(options: TrainedRankerOptions): Ranker {
  const { version, model, onProductPages } = options
  const { featureNames, quantiser, forest } = model
  const features = options.features.filter((name) => featureNames.includes(name))
  const columns = [...options.sources, ...features]
  const places = featureNames.map((name) => columns.indexOf(name))
  const missing = featureNames.filter((_, feature) => places[feature] === -1)
  if (missing.length > 0)
    throw new Error(`the ranker reads columns that there are not: ${missing.join(', ')}`)
  const toBins = columnQuantiser(quantiser)
  const scorer = forestScorer(forest)
  const expected = expectedScore(forest)
  const contributions = new Float64Array(featureNames.length)
  let memory = new Uint8Array(0)

  const binned = (matrix: CandidateMatrix, from: number, to: number): BinTable => {
    const rowCount = to - from
    const stride = strideOf(rowCount)
    if (memory.length < stride * places.length) memory = new Uint8Array(2 * stride * places.length)
    for (const [feature, place] of places.entries()) {
      toBins(feature, (matrix.columns[place] ?? NO_VALUES).subarray(from, to), memory, feature * stride)
    }
    return { rowCount, featureCount: places.length, stride, bins: memory }
  }

  return {
    version,
    base: 0,
    features,
    score: (matrix, page, scores) => {
      if (isAboutProduct(page)) return onProductPages.score(matrix, page, scores)
      scorer.score(binned(matrix, 0, matrix.rowCount), scores)
      for (let row = 0; row < matrix.rowCount; row += 1) scores[row] = (scores[row] ?? 0) - expected
    },
    explain: (matrix, page, row, given) => {
      if (isAboutProduct(page)) return onProductPages.explain(matrix, page, row, given)
      pathReasons(forest, binned(matrix, row, row + 1), 0, contributions)
      given.fill(0)
      for (const [feature, place] of places.entries()) {
        given[place] = (given[place] ?? 0) + (contributions[feature] ?? 0)
      }
    },
  }
}
