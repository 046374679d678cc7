import { conditionsOf, type ForestShape } from '../forest.ts'
import { forestScorer } from '../forest-scorer.ts'
import type { BoostingSettings } from './boosting-settings.ts'
import type { Tree } from './grow-tree.ts'
import { meanNdcg } from './ndcg.ts'
import type { RankingRows } from './ranking-rows.ts'

/** Ranks that the validation figure looks at. */
export const VALIDATION_CUTOFF = 10

export type Validation = {
  /** Adds a tree to the scores and gives the figure with it; a higher one is better. */
  readonly add: (tree: Tree) => number
}

/** NDCG@10 of rows of a later period, or for `logistic` their mean log likelihood. */
export function validationOf(rows: RankingRows, settings: BoostingSettings, base: number): Validation {
  const { rowCount, featureCount } = rows.table
  const scores = new Float64Array(rowCount).fill(base)
  const ofTree = new Float64Array(rowCount)
  return {
    add: (tree) => {
      forestScorer(forestOfOne(tree, settings, featureCount)).score(rows.table, ofTree)
      for (let row = 0; row < rowCount; row += 1) scores[row] = (scores[row] ?? 0) + (ofTree[row] ?? 0)
      return settings.objective === 'logistic'
        ? meanLogLikelihood(rows, scores)
        : meanNdcg(rows, scores, VALIDATION_CUTOFF)
    },
  }
}

function forestOfOne(
  tree: Tree,
  { shape, depth }: { readonly shape: ForestShape; readonly depth: number },
  featureCount: number,
) {
  return {
    shape,
    depth,
    featureCount,
    treeCount: tree.features.length / conditionsOf({ shape, depth }),
    base: 0,
    ...tree,
  }
}

function meanLogLikelihood({ labels, weights }: RankingRows, scores: Float64Array): number {
  let sum = 0
  let all = 0
  scores.forEach((score, row) => {
    const weight = weights?.[row] ?? 1
    const signed = (labels[row] ?? 0) > 0.5 ? score : -score
    sum -= weight * (Math.max(-signed, 0) + Math.log1p(Math.exp(-Math.abs(signed))))
    all += weight
  })
  return sum / all
}
