import { hash8 } from '../../core/hash.ts'

/** Candidates of one decision: a row each; a column a source, in the order of the sources, then those of features. */
export type CandidateMatrix = {
  readonly rowCount: number
  /** Item number of each row. */
  readonly items: Int32Array
  /**
   * `rowCount` cells that count, float32, as a decision record keeps them: of a source values in [0, 1]; of a feature column
   * its number, NaN where it is missing.
   */
  readonly columns: readonly Float32Array[]
}

/** What a score is asked for. */
export type RankedPage = 'home' | 'product' | 'cart' | 'category' | 'email'

/** What makes scores of what the sources say. A trained one reads columns by name, and feature columns of the catalog too. */
export type Ranker = {
  /** Of the artefact, or of the weights. */
  readonly version: string
  /** What a product gets of which nothing is known. */
  readonly base: number
  /** Names of the feature columns that it reads, in the order in which they lie behind the sources. */
  readonly features: readonly string[]
  /** Whether scores depend on a column, by its place: without, nobody has to compute it for all rows. */
  readonly reads: (column: number, page: RankedPage) => boolean
  /** Writes the score of each row, or of those from one on. The same row gives the same bits. */
  readonly score: (matrix: CandidateMatrix, page: RankedPage, scores: Float64Array, from?: number) => void
  /** Writes what each column gave to a row of a matrix as it was scored: `base` plus the contributions is the score within 1e-6. */
  readonly explain: (
    matrix: CandidateMatrix,
    page: RankedPage,
    row: number,
    contributions: Float64Array,
  ) => void
}

/** How much a source counts, where the page is about the shopper and where it is about a product. */
export type SourceWeights = { readonly shopper: number; readonly product: number }

export const isAboutProduct = (page: RankedPage): boolean => page === 'product' || page === 'cart'

/** The ranker of a shop that has trained none: the sum of the values, each times its weight. */
export function weightedSum(weights: readonly SourceWeights[]): Ranker {
  const ofShopper = weights.map(({ shopper }) => shopper)
  const ofProduct = weights.map(({ product }) => product)
  const weightsOn = (page: RankedPage): readonly number[] => (isAboutProduct(page) ? ofProduct : ofShopper)
  return {
    version: `weighted-sum-${hash8(weights)}`,
    base: 0,
    features: [],
    reads: (column, page) => (weightsOn(page)[column] ?? 0) !== 0,
    score: ({ rowCount, columns }, page, scores, from = 0) => {
      scores.fill(0, from, rowCount)
      for (const [index, weight] of weightsOn(page).entries()) {
        const column = columns[index]
        if (column === undefined || weight === 0) continue
        for (let row = from; row < rowCount; row += 1) {
          scores[row] = (scores[row] ?? 0) + weight * (column[row] ?? 0)
        }
      }
    },
    explain: ({ columns }, page, row, contributions) => {
      const own = weightsOn(page)
      for (let index = 0; index < own.length; index += 1) {
        contributions[index] = (own[index] ?? 0) * (columns[index]?.[row] ?? 0)
      }
    },
  }
}
