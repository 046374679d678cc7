import type { Driver } from '../candidates/candidate-source.ts'
import type { BoostingSettings } from '../rankers/boosting/boosting-settings.ts'
import type { FittedRecommender, Training } from '../recommender.ts'
import { hasRepeats, type ShopperHistory } from '../sequences.ts'
import { featuresWithout } from './features/features.ts'
import { forestJudge, type Judge, plainJudge } from './judge.ts'
import { labelledSplits } from './labelled-splits.ts'
import { type ForestTrainer, type LearntRanker, RankerLearner } from './learn-ranker.ts'
import { proposedWithout } from './proposers.ts'
import { fitSources, type SourceFitters } from './scoring-sources.ts'
import { TWO_STAGE_SETTINGS, type TwoStageSettings } from './settings.ts'
import { type StageOne, stageOne } from './stage-one.ts'
import { asOfDayOf, trainingRows } from './training-rows.ts'

export type FullOptions = {
  readonly fitters: SourceFitters
  readonly trainForest: ForestTrainer
  readonly settings?: TwoStageSettings
  readonly boosting?: Partial<BoostingSettings>
  /** Drivers whose sources and features are left out. */
  readonly without?: ReadonlySet<Driver>
}

/** Everything but the ranker: what it learns from, and the model that it makes. */
export type PreparedFull = {
  readonly learner: RankerLearner
  /** Null: there was nothing to learn from, so it ranks by the shopper's own purchases, then by everybody's. */
  readonly rankedBy: (ranker: LearntRanker | null) => FittedRecommender
}

type Preparing = Pick<FullOptions, 'fitters' | 'settings' | 'without'>

/** Gathers the rows that a ranker learns from, and the first stage that it will rank for. */
export async function prepareFull(options: Preparing, training: Training): Promise<PreparedFull> {
  const [prepared] = await prepareVariants(options, training, [options.without ?? NOTHING])
  if (prepared === undefined) throw new Error('bug: one variant is prepared')
  return prepared
}

const NOTHING: ReadonlySet<Driver> = new Set()

/** The same for several models, each without some drivers: sources, candidates and figures are gathered once for all. */
export async function prepareVariants(
  { fitters, settings = TWO_STAGE_SETTINGS }: Preparing,
  training: Training,
  variants: readonly ReadonlySet<Driver>[],
): Promise<readonly PreparedFull[]> {
  const proposesBought = hasRepeats(training.sequences)
  const nobodyHas = new Set(
    [...(variants[0] ?? NOTHING)].filter((driver) => variants.every((without) => without.has(driver))),
  )
  const stageOf = async (past: Training): Promise<StageOne> => {
    const scoring = await fitSources(fitters, past, nobodyHas)
    return stageOne({ training: past, scoring, proposesBought, settings })
  }
  const rankers = variants.map((without) => ({ features: featuresWithout(without), without }))
  const learners = rankers.map(({ features }) => new RankerLearner(features))
  for (const split of labelledSplits(training, settings)) {
    const rows = trainingRows(await stageOf(split.training), split, settings, rankers)
    for (const [index, own] of rows.entries()) learners[index]?.add(own)
  }
  const stage = await stageOf(training)
  return learners.map((learner, index) => ({
    learner,
    rankedBy: (ranker) => {
      const judge = ranker === null ? plainJudge : forestJudge(ranker)
      return fitted({ stage, judge, asOfDay: training.asOfDay, without: variants[index] ?? NOTHING })
    },
  }))
}

type Fitted = {
  readonly stage: StageOne
  readonly judge: Judge
  readonly asOfDay: number | null
  readonly without: ReadonlySet<Driver>
}

function fitted({ stage, judge, asOfDay, without }: Fitted): FittedRecommender {
  const gather = (history: ShopperHistory) => {
    const gathered = stage.gather(stage.question(history, asOfDayOf(history, asOfDay)))
    return { items: proposedWithout(gathered, without), inputsOf: gathered.inputsOf }
  }
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
