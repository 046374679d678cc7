import { attributeFeatures } from '../content/attribute-features.ts'
import type { ItemContent } from '../content/item-content.ts'
import { titleFeatures } from '../content/title-features.ts'
import { cosineNeighbours } from '../linalg/cosine-neighbours.ts'
import { categoryBlocks, denseNeighbours } from '../linalg/dense-neighbours.ts'
import { type SparseRows, type Term, transposed, weightedSum } from '../linalg/sparse-rows.ts'
import type { Recommender, Training } from '../recommender.ts'
import { type AffinityModel, type AffinityWeights, affinityModel, byHistoryItem } from './affinity-model.ts'
import { AFFINITY_SETTINGS, type AffinitySettings, PAIR_SCALE } from './affinity-settings.ts'
import type { PairSumSource, PairSums } from './pair-sums.ts'
import { type RidgeProblem, ridgeSolver } from './ridge.ts'

/** Affinity as a model to measure; what it learns can also name similar items and be stored. */
export type AffinityRecommender = Omit<Recommender, 'fit'> & {
  readonly fit: (training: Training) => Promise<AffinityModel>
}

/**
 * Takes the sums from `pairSums`, and uses content if the training has some.
 * @param compare of content; one who has compared it already need not do so again
 */
export const affinity = (
  pairSums: PairSumSource,
  solve: AffinitySolver = solveAffinity,
  compare: (content: ItemContent) => ContentSimilarity = contentSimilarity,
): AffinityRecommender => ({
  name: 'affinity',
  fit: async ({ sequences, content }) => {
    const similarity = content === null ? null : compare(content)
    return affinityModel(await solve(affinityProblem(await pairSums(sequences), similarity)))
  },
})

/** Cosines of items, their nearest alone; items x items, symmetric, no diagonal. */
export type ContentSimilarity = {
  readonly attributes: SparseRows
  readonly titles: SparseRows
  /** Null where no item has a vector. */
  readonly vectors: SparseRows | null
}

export const contentSimilarity = (
  { titles, attributes, vectors, categories }: ItemContent,
  neighbours: number = AFFINITY_SETTINGS.contentNeighbours,
): ContentSimilarity => ({
  attributes: cosineNeighbours(attributeFeatures(attributes), neighbours),
  titles: cosineNeighbours(titleFeatures(titles), neighbours),
  vectors:
    vectors === undefined
      ? null
      : denseNeighbours(
          vectors,
          categoryBlocks(categories ?? titles.map(() => null), AFFINITY_SETTINGS.vectorBlock),
          neighbours,
        ),
})

/**
 * What is solved: `A = P + .5 G + 1.5 SA + 7 ST + 150 I`, `R = K + .5 G + 1.5 SA + 7 ST`, P and K at scale 1.
 * Vectors add `1.5 SV` to both. What there is no content of is left out. Pure: the same sums give the same bits.
 */
export function affinityProblem(
  { past, succession, together }: PairSums,
  content: ContentSimilarity | null,
  settings: AffinitySettings = AFFINITY_SETTINGS,
): RidgeProblem {
  const size = past.rowCount
  const shared: Term[] = [
    { matrix: together, weight: settings.togetherWeight },
    ...(content === null
      ? []
      : [
          { matrix: content.attributes, weight: settings.attributeWeight },
          { matrix: content.titles, weight: settings.titleWeight },
        ]),
    ...(content === null || content.vectors === null
      ? []
      : [{ matrix: content.vectors, weight: settings.vectorWeight }]),
  ]
  return {
    gram: weightedSum(size, [{ matrix: past, weight: PAIR_SCALE }, ...shared], settings.ridge),
    targets: weightedSum(size, [{ matrix: transposed(succession), weight: PAIR_SCALE }, ...shared], 0),
    neighbours: settings.neighbours,
  }
}

/** Solves every column of B in this thread; `solveInWorkers` gives the same bits with several. */
export function solveAffinity(problem: RidgeProblem): AffinityWeights {
  const solve = ridgeSolver(problem)
  const size = problem.gram.rowCount
  return byHistoryItem(
    size,
    Array.from({ length: size }, (_, target) => solve(target)),
  )
}

/** Solves a problem: in this thread, or in several. All solvers agree bit for bit. */
export type AffinitySolver = (problem: RidgeProblem) => AffinityWeights | Promise<AffinityWeights>
