import { type AffinitySolver, affinity } from '../affinity/affinity.ts'
import { affinityModel } from '../affinity/affinity-model.ts'
import type { PairSumSource } from '../affinity/pair-sums.ts'
import { itemKnn } from '../baselines/item-knn.ts'
import { basket } from '../basket/basket.ts'
import type { Driver } from '../candidates/candidate-source.ts'
import { attributeFeatures } from '../content/attribute-features.ts'
import type { ItemContent } from '../content/item-content.ts'
import { titleFeatures } from '../content/title-features.ts'
import { cosineNeighbours } from '../linalg/cosine-neighbours.ts'
import type { SparseRows } from '../linalg/sparse-rows.ts'
import type { FittedRecommender, Recommender, Training } from '../recommender.ts'
import type { Sequences } from '../sequences.ts'
import { sessions } from '../sessions/sessions.ts'
import { MAX_PAIR_CELLS } from '../training/learnable-items.ts'
import { overLearnableItems } from '../training/over-learnable-items.ts'
import type { ScoringSourceName } from './features/feature.ts'
import { SCORE_DRIVERS } from './features/source-scores.ts'
import type { ScoringSource } from './sources/source.ts'

/** What stage one needs of a model. */
export type Scorer = Pick<FittedRecommender, 'score'>

/** Learns one scoring source from the past; null where the data has nothing for it to learn from. */
export type SourceFitter = (training: Training) => Promise<Scorer | null>

export type SourceFitters = ReadonlyMap<ScoringSourceName, SourceFitter>

/** Most similar items that each item keeps. */
const CONTENT_NEIGHBOURS = 50

/** The scoring sources, each learnt over the items that it can hold. */
export const sourceFitters = (pairSums: PairSumSource, solve: AffinitySolver): SourceFitters =>
  new Map<ScoringSourceName, SourceFitter>([
    ['affinity', (training) => learnt(affinity(pairSums, solve), training)],
    ['basket', (training) => learnt(basket(solve), training)],
    ['sessions', (training) => learnt(sessions(), training)],
    ['together', (training) => learnt(itemKnn, training)],
    ['titles', byContent(({ titles }) => titleFeatures(titles))],
    ['attributes', byContent(({ attributes }) => attributeFeatures(attributes))],
  ])

/**
 * Memory is shared with the lines themselves, which stage one holds several times: each takes the place of about so
 * many cells of items x items.
 */
const CELLS_PER_LINE = 5
const cellsBeside = ({ items }: Sequences): number =>
  Math.max(MAX_PAIR_CELLS / 3, MAX_PAIR_CELLS - CELLS_PER_LINE * items.length)

const learnt = (recommender: Pick<Recommender, 'name' | 'fit'>, training: Training): Promise<Scorer> =>
  overLearnableItems(recommender, cellsBeside).fit(training)

/** Items by the cosine of what is said of them. Content says the same at any instant, so it is compared once. */
function byContent(featuresOf: (content: ItemContent) => SparseRows): SourceFitter {
  const compared = new WeakMap<ItemContent, FittedRecommender>()
  const compare = async ({ content }: Training): Promise<FittedRecommender> => {
    if (content === null) throw new Error('bug: no content to compare')
    const found =
      compared.get(content) ?? neighbours(cosineNeighbours(featuresOf(content), CONTENT_NEIGHBOURS))
    compared.set(content, found)
    return found
  }
  return async (training) => {
    if (training.content === null || featuresOf(training.content).values.length === 0) return null
    return learnt({ name: 'content', fit: compare }, training)
  }
}

const neighbours = ({ rowCount, starts, columns, values }: SparseRows): FittedRecommender =>
  affinityModel({ itemCount: rowCount, starts, targets: columns, weights: Float32Array.from(values) })

/** Learns all of them but those of some drivers, one after the other. */
export async function fitSources(
  fitters: SourceFitters,
  training: Training,
  without: ReadonlySet<Driver>,
): Promise<ReadonlyMap<ScoringSourceName, ScoringSource>> {
  const fitted = new Map<ScoringSourceName, ScoringSource>()
  for (const [name, learn] of fitters) {
    if (without.has(SCORE_DRIVERS[name])) continue
    const model = await learn(training)
    if (model !== null) fitted.set(name, { name, driver: SCORE_DRIVERS[name], score: model.score })
  }
  return fitted
}
