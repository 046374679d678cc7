import type { Driver } from '../candidates/candidate-source.ts'
import type { BoostingSettings } from '../rankers/boosting/boosting-settings.ts'
import { DRIVERS, type FittedRecommender, type Recommender, type Training } from '../recommender.ts'
import { hasRepeats, type ShopperHistory } from '../sequences.ts'
import { featuresWithout } from './features/features.ts'
import { forestJudge, type Judge, plainJudge } from './judge.ts'
import { KeptLearning } from './kept-learning.ts'
import { labelledSplits } from './labelled-splits.ts'
import { type ForestTrainer, type LearntRanker, RankerLearner } from './learn-ranker.ts'
import { fitSources, type SourceFitters } from './scoring-sources.ts'
import { TWO_STAGE_SETTINGS, type TwoStageSettings } from './settings.ts'
import { type StageOne, stageOne } from './stage-one.ts'
import { asOfDayOf, trainingRows } from './training-rows.ts'

export type FullOptions = {
  readonly fitters: SourceFitters
  /** What is learnt alike by several models. */
  readonly kept?: KeptLearning
  readonly trainForest: ForestTrainer
  readonly settings?: TwoStageSettings
  readonly boosting?: Partial<BoostingSettings>
  /** Drivers whose sources and features are left out. */
  readonly without?: ReadonlySet<Driver>
}

/** Two stages: many sources gather candidates, boosted trees rank them. */
export function full(options: FullOptions): Recommender {
  return {
    name: 'full',
    fit: async (training) => {
      const { learner, rankedBy } = await prepareFull(options, training)
      const { trainForest, boosting = {}, kept } = options
      const trees = kept?.treeCount(training)
      if (trees !== undefined) return rankedBy(await learner.grow(trainForest, { ...boosting, trees }))
      const ranker = await learner.learn(trainForest, boosting)
      if (ranker !== null) kept?.keepTreeCount(training, ranker.forest.treeCount)
      return rankedBy(ranker)
    },
    ablation: () => {
      const shared = { ...options, kept: new KeptLearning() }
      return {
        drivers: DRIVERS,
        whole: full(shared),
        without: (driver) => full({ ...shared, without: new Set([...(options.without ?? []), driver]) }),
      }
    },
  }
}

/** Everything but the ranker: what it learns from, and the model that it makes. */
export type PreparedFull = {
  readonly learner: RankerLearner
  /** Null: there was nothing to learn from, so it ranks by the shopper's own purchases, then by everybody's. */
  readonly rankedBy: (ranker: LearntRanker | null) => FittedRecommender
}

/** Gathers the rows that a ranker learns from, and the first stage that it will rank for. */
export async function prepareFull(
  {
    fitters,
    kept,
    settings = TWO_STAGE_SETTINGS,
    without = new Set<Driver>(),
  }: Omit<FullOptions, 'trainForest'>,
  training: Training,
): Promise<PreparedFull> {
  const features = featuresWithout(without)
  const proposesBought = hasRepeats(training.sequences)
  const stageOf = async (past: Training, part: number): Promise<StageOne> => {
    const scoring = await fitSources(kept?.fitters(fitters, training, part) ?? fitters, past, without)
    return stageOne({ training: past, scoring, proposesBought, without, settings })
  }
  const learner = new RankerLearner(features)
  let parts = 0
  for (const split of labelledSplits(training, settings)) {
    const stage = await stageOf(split.training, parts)
    learner.add(trainingRows(stage, split, { ...settings, features }))
    parts += 1
  }
  const stage = await stageOf(training, parts)
  return {
    learner,
    rankedBy: (ranker) => fitted(stage, ranker === null ? plainJudge : forestJudge(ranker), training.asOfDay),
  }
}

function fitted(stage: StageOne, judge: Judge, asOfDay: number | null): FittedRecommender {
  const gather = (history: ShopperHistory) =>
    stage.gather(stage.question(history, asOfDayOf(history, asOfDay)))
  return {
    score: (history, scores) => {
      scores.fill(judge.floor)
      const candidates = gather(history)
      const own = judge.scores(candidates)
      for (const [place, item] of candidates.items.entries()) scores[item] = own[place] ?? judge.floor
    },
    explain: (history, item) => {
      const { items, inputsOf } = gather(history)
      return items.includes(item) ? judge.explain(inputsOf(item)) : { base: judge.floor, contributions: [] }
    },
  }
}
