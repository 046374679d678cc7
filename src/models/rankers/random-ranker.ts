import type { Random } from '../../core/random.ts'
import { quantiserOf } from './bins/quantiser.ts'
import { type ForestSize, randomForest } from './random-forest.ts'
import type { RankerModel } from './ranker-model.ts'

/** A model that was not learnt, for tests: any edges, any trees. */
export function randomRanker(random: Random, size: ForestSize): RankerModel {
  const edges = Array.from({ length: size.featureCount }, () =>
    [...new Set(Array.from({ length: random.below(40) }, () => Math.fround(random.next() * 8 - 4)))].sort(
      (a, b) => a - b,
    ),
  )
  const forest = randomForest(random, size)
  return {
    featureNames: Array.from({ length: size.featureCount }, (_, feature) => `feature_${feature}`),
    quantiser: quantiserOf(edges),
    forest: {
      ...forest,
      bins: forest.bins.map((bin, condition) =>
        Math.min(bin, edges[forest.features[condition] ?? 0]?.length ?? 0),
      ),
    },
  }
}
