import type { Recommender } from '../recommender.ts'
import { fullAblation } from './ablation.ts'
import { type FullOptions, prepareFull } from './prepare-full.ts'

/** Two stages: many sources gather candidates, boosted trees rank them. */
export function full(options: FullOptions): Recommender {
  return {
    name: 'full',
    fit: async (training) => {
      const { learner, rankedBy } = await prepareFull(options, training)
      return rankedBy(await learner.learn(options.trainForest, options.boosting ?? {}))
    },
    ablation: () => fullAblation(options),
  }
}
