import { seededRandom } from '../src/core/random.ts'
import { quantiserOf } from '../src/models/rankers/bins/quantiser.ts'
import { randomForest } from '../src/models/rankers/random-forest.ts'
import type { RankerModel } from '../src/models/rankers/ranker-model.ts'
import { FEATURE_NAMES } from '../src/recommend/ranking/feature-feed.ts'
import { RANKED_NAMES } from '../src/recommend/sources.ts'

const EDGES = [0.01, 0.1, 0.5, 1, 3, 10, 500]

/** Random trees that ask every column there is, so that whatever changes a column changes a score. */
export function rankerOfAllColumns(seed: string): RankerModel {
  const featureNames = [...RANKED_NAMES, ...FEATURE_NAMES]
  const size = { shape: 'oblivious', depth: 4, featureCount: featureNames.length, treeCount: 60 } as const
  const random = seededRandom(seed)
  const forest = randomForest(random, size)
  // Each column in turn, by a border that its values lie about.
  const features = forest.features.map((_, condition) => condition % featureNames.length)
  const bins = forest.bins.map(() => 1 + random.below(EDGES.length))
  return {
    featureNames,
    quantiser: quantiserOf(featureNames.map(() => EDGES)),
    forest: { ...forest, features, bins },
  }
}
