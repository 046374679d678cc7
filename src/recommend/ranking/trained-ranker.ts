import { type CandidateMatrix, isAboutProduct, type Ranker } from '../../models/candidates/ranker.ts'
import { type BinTable, strideOf } from '../../models/rankers/bins/bin-table.ts'
import { type ColumnQuantiser, columnQuantiser } from '../../models/rankers/bins/quantiser.ts'
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
  const scorer = forestScorer(forest)
  const expected = expectedScore(forest)
  const contributions = new Float64Array(featureNames.length)
  const cells = new BinnedRows(places, columnQuantiser(quantiser))

  return {
    version,
    base: 0,
    features,
    reads: (column, page) =>
      isAboutProduct(page) ? onProductPages.reads(column, page) : places.includes(column),
    score: (matrix, page, scores, from = 0) => {
      if (isAboutProduct(page)) return onProductPages.score(matrix, page, scores, from)
      scorer.score(cells.of(matrix, from), scores.subarray(from))
      for (let row = from; row < matrix.rowCount; row += 1) scores[row] = (scores[row] ?? 0) - expected
    },
    explain: (matrix, page, row, given) => {
      if (isAboutProduct(page)) return onProductPages.explain(matrix, page, row, given)
      pathReasons(forest, cells.known(matrix), row, contributions)
      given.fill(0)
      for (let feature = 0; feature < places.length; feature += 1) {
        const place = places[feature] ?? 0
        given[place] = (given[place] ?? 0) + (contributions[feature] ?? 0)
      }
    },
  }
}

/** Rows of the matrix that was scored last as bins, in memory that is used again. */
class BinnedRows {
  /** Of each feature its column in the matrix. */
  readonly #places: readonly number[]
  readonly #toBins: ColumnQuantiser
  #bins = new Uint8Array(0)
  #stride = 0
  #of: CandidateMatrix | null = null

  constructor(places: readonly number[], toBins: ColumnQuantiser) {
    this.#places = places
    this.#toBins = toBins
  }

  /** Rows from one on; those before are as they were given last. */
  of(matrix: CandidateMatrix, from: number): BinTable {
    const { rowCount } = matrix
    if (rowCount > this.#stride - ROOM) {
      this.#stride = strideOf(2 * rowCount + ROOM)
      this.#bins = new Uint8Array(this.#stride * this.#places.length)
      if (from > 0) this.#put(matrix, 0, from)
    }
    this.#put(matrix, from, rowCount)
    this.#of = matrix
    return this.#table(from, rowCount)
  }

  /** All rows of a matrix; binned now if it is not the one that was scored last. */
  known(matrix: CandidateMatrix): BinTable {
    return matrix === this.#of ? this.#table(0, matrix.rowCount) : this.of(matrix, 0)
  }

  #put({ columns }: CandidateMatrix, from: number, to: number): void {
    for (let feature = 0; feature < this.#places.length; feature += 1) {
      const column = columns[this.#places[feature] ?? 0] ?? NO_VALUES
      this.#toBins(feature, column.subarray(from, to), this.#bins, feature * this.#stride + from)
    }
  }

  #table(from: number, to: number): BinTable {
    const bins = from === 0 ? this.#bins : this.#bins.subarray(from)
    return { rowCount: to - from, featureCount: this.#places.length, stride: this.#stride, bins }
  }
}

/** Rows behind the last one that a scorer reads too, since it reads four at a time. */
const ROOM = 4
