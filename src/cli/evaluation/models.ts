import { EndcapError } from '../../core/errors.ts'
import { affinity } from '../../models/affinity/affinity.ts'
import { pairSumsInProcess } from '../../models/affinity/pair-sums.ts'
import { ease } from '../../models/baselines/ease.ts'
import { itemKnn } from '../../models/baselines/item-knn.ts'
import { frequency, recent } from '../../models/baselines/personal.ts'
import { popular } from '../../models/baselines/popular.ts'
import { basket } from '../../models/basket/basket.ts'
import { withoutContent } from '../../models/content/without-content.ts'
import { demographics } from '../../models/demographics/demographics.ts'
import type { Recommender } from '../../models/recommender.ts'
import { sessions } from '../../models/sessions/sessions.ts'
import { overLearnableItems } from '../../models/training/over-learnable-items.ts'
import { solveInWorkers } from '../../models/training/workers/solve-in-workers.ts'
import { full } from '../../models/two-stage/full.ts'
import { FULL_OPTIONS } from './full-options.ts'

const wholeAffinity = overLearnableItems(affinity(pairSumsInProcess, (problem) => solveInWorkers(problem)))

/** The models that `evaluate` can measure. */
export const MODELS: readonly Recommender[] = [
  popular,
  recent,
  frequency,
  demographics,
  itemKnn,
  ease,
  sessions(),
  basket((problem) => solveInWorkers(problem)),
  wholeAffinity,
  ...(['titles', 'attributes', 'text', 'pictures', 'content'] as const).map((part) =>
    withoutContent(wholeAffinity, part),
  ),
  full(FULL_OPTIONS),
]

/**
 * The models of a list such as `popular,frequency`, in its order, each once.
 * @throws EndcapError USAGE for an unknown name, with the known ones
 */
export function modelsNamed(list: string): Recommender[] {
  const names = [...new Set(list.split(',').map((name) => name.trim()))]
  return names.map((name) => {
    const model = MODELS.find((candidate) => candidate.name === name)
    if (model !== undefined) return model
    throw new EndcapError(
      'USAGE',
      `there is no model '${name}'; known: ${MODELS.map((candidate) => candidate.name).join(', ')}`,
    )
  })
}
