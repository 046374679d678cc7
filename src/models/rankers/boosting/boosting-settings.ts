import { type ForestShape, MAX_DEPTH } from '../forest.ts'

/**
 * What is learnt. `pairwise`: within a group the row with the higher label is to have the higher score (logistic
 * loss; each better row weighs as its weight says, spread evenly over the rows below it). `pairwise-ndcg`: the same
 * pairs, each weighted by what swapping the two would change of the group's NDCG. `logistic`: the score is the
 * logarithm of the odds that the label is 1.
 */
export type Objective = 'pairwise' | 'pairwise-ndcg' | 'logistic'

export type BoostingSettings = {
  readonly objective: Objective
  readonly shape: ForestShape
  /** Trees at most; fewer with a validation set that stops getting better. */
  readonly trees: number
  /** Conditions from root to leaf, 1..8. */
  readonly depth: number
  /** (0, 1] */
  readonly learningRate: number
  /** Share of the rows that each tree is grown from, (0, 1]. */
  readonly rowShare: number
  /** A child must hold so many rows, each weighted by its hessian over the mean hessian. */
  readonly minChildRows: number
  /** Added to the hessian of a leaf (L2), >= 0. */
  readonly lambda: number
  /** By feature: +1 the score never falls as the feature grows, -1 never rises, 0 free. Missing values are free. */
  readonly monotone: readonly number[]
  /** Pairs of one group at most; above it, so many are drawn by the seed. */
  readonly pairsPerGroup: number
  /** Trees without a better validation figure before stopping. */
  readonly patience: number
  readonly seed: number
}

export const BOOSTING_DEFAULTS: BoostingSettings = {
  objective: 'pairwise',
  shape: 'oblivious',
  trees: 400,
  depth: 6,
  learningRate: 0.08,
  rowShare: 0.8,
  minChildRows: 20,
  lambda: 1,
  monotone: [],
  pairsPerGroup: 10_000,
  patience: 50,
  seed: 1,
}

/** @throws Error naming the setting that is out of its range */
export function boostingSettings(given: Partial<BoostingSettings>): BoostingSettings {
  const settings = { ...BOOSTING_DEFAULTS, ...given }
  const { trees, depth, learningRate, rowShare, minChildRows, lambda, pairsPerGroup, patience } = settings
  const ranges: readonly (readonly [string, boolean])[] = [
    ['trees', Number.isInteger(trees) && trees >= 0],
    ['depth', Number.isInteger(depth) && depth >= 1 && depth <= MAX_DEPTH],
    ['learningRate', learningRate > 0 && learningRate <= 1],
    ['rowShare', rowShare > 0 && rowShare <= 1],
    ['minChildRows', minChildRows >= 0],
    ['lambda', lambda >= 0],
    ['pairsPerGroup', pairsPerGroup >= 1],
    ['patience', patience >= 1],
    ['monotone', settings.monotone.every((direction) => [-1, 0, 1].includes(direction))],
  ]
  const wrong = ranges.find(([, isRight]) => !isRight)
  if (wrong !== undefined) throw new Error(`bug: setting '${wrong[0]}' is out of its range`)
  return settings
}
