import type { Driver } from '../candidates/candidate-source.ts'
import { type BinTable, emptyBinTable } from '../rankers/bins/bin-table.ts'
import { columnQuantiser } from '../rankers/bins/quantiser.ts'
import type { BoostingSettings } from '../rankers/boosting/boosting-settings.ts'
import type { Forest } from '../rankers/forest.ts'
import { forestScorer } from '../rankers/forest-scorer.ts'
import { expectedScore, pathReasons } from '../rankers/path-reasons.ts'
import { DRIVERS, type FittedRecommender, type Recommender, type Training } from '../recommender.ts'
import { hasRepeats, type ShopperHistory } from '../sequences.ts'
import { FeatureRows } from './feature-rows.ts'
import type { Feature, ScoringSourceName } from './features/feature.ts'
import { featuresWithout } from './features/features.ts'
import { labelledSplits } from './labelled-splits.ts'
import { type ForestTrainer, type LearntRanker, RankerLearner } from './learn-ranker.ts'
import { fitSources, type SourceFitter } from './scoring-sources.ts'
import { TWO_STAGE_SETTINGS, type TwoStageSettings } from './settings.ts'
import { type StageOne, stageOne } from './stage-one.ts'
import { asOfDayOf, trainingRows } from './training-rows.ts'

export type FullOptions = {
  readonly fitters: ReadonlyMap<ScoringSourceName, SourceFitter>
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
      const prepared = await prepareFull(options, training)
      return prepared.rankedBy(await prepared.learner.learn(options.trainForest, options.boosting ?? {}))
    },
    ablation: {
      drivers: DRIVERS,
      without: (driver) => full({ ...options, without: new Set([...(options.without ?? []), driver]) }),
    },
  }
}

/** Everything but the ranker: what it learns from, and the model that it makes. */
export type PreparedFull = {
  readonly learner: RankerLearner
  /** Null: there was nothing to learn from, and all items score alike. */
  readonly rankedBy: (ranker: LearntRanker | null) => FittedRecommender
}

/** Gathers the rows that a ranker learns from, and the first stage that it will rank for. */
export async function prepareFull(
  { fitters, settings = TWO_STAGE_SETTINGS, without = new Set<Driver>() }: Omit<FullOptions, 'trainForest'>,
  training: Training,
): Promise<PreparedFull> {
  const features = featuresWithout(without)
  const proposesBought = hasRepeats(training.sequences)
  const stageOf = async (past: Training): Promise<StageOne> => {
    const scoring = await fitSources(fitters, past, without)
    return stageOne({ training: past, scoring, proposesBought, without, settings })
  }
  const learner = new RankerLearner(features.length)
  for (const split of labelledSplits(training, settings)) {
    const stage = await stageOf(split.training)
    learner.add(trainingRows(stage, split, { features, negatives: settings.negatives }))
  }
  const stage = await stageOf(training)
  return { learner, rankedBy: (ranker) => fitted(stage, { training, features, ranker }) }
}

type Learnt = {
  readonly training: Training
  readonly features: readonly Feature[]
  readonly ranker: LearntRanker | null
}

function fitted(stage: StageOne, { training, features, ranker }: Learnt): FittedRecommender {
  const rows = new FeatureRows(features)
  const judge = ranker === null ? null : judgeOf(ranker)
  const gather = (history: ShopperHistory) =>
    stage.gather(stage.question(history, asOfDayOf(history, training.asOfDay)))
  return {
    score: (history, scores) => {
      scores.fill(judge?.floor ?? 0)
      const { items, inputsOf } = gather(history)
      if (judge === null || items.length === 0) return
      rows.clear()
      for (const item of items) rows.add(inputsOf(item))
      const own = judge.scores(judge.binned(rows))
      for (const [place, item] of items.entries()) scores[item] = own[place] ?? judge.floor
    },
    explain: (history, item) => {
      const { items, inputsOf } = gather(history)
      if (judge === null || !items.includes(item)) return { base: judge?.floor ?? 0, contributions: [] }
      rows.clear()
      rows.add(inputsOf(item))
      const values = judge.reasons(judge.binned(rows))
      return { base: judge.base, contributions: byDriver(features, values) }
    },
  }
}

/** What each driver gave, in the order of the features. */
function byDriver(features: readonly Feature[], values: Float64Array) {
  const sums = new Map<Driver, number>()
  for (const [index, { driver }] of features.entries()) {
    sums.set(driver, (sums.get(driver) ?? 0) + (values[index] ?? 0))
  }
  return [...sums].filter(([, value]) => value !== 0).map(([driver, value]) => ({ driver, value }))
}

/** The forest at work on rows of features. */
function judgeOf({ quantiser, forest }: LearntRanker) {
  const toBins = columnQuantiser(quantiser)
  const scorer = forestScorer(forest)
  return {
    base: expectedScore(forest),
    floor: leastScore(forest),
    binned: (rows: FeatureRows): BinTable => {
      const table = emptyBinTable(rows.rowCount, forest.featureCount)
      const values = rows.toColumns()
      for (let feature = 0; feature < forest.featureCount; feature += 1) {
        const column = values.subarray(feature * rows.rowCount, (feature + 1) * rows.rowCount)
        toBins(feature, column, table.bins, feature * table.stride)
      }
      return table
    },
    scores: (table: BinTable): Float64Array => {
      const out = new Float64Array(table.rowCount)
      scorer.score(table, out)
      return out
    },
    reasons: (table: BinTable): Float64Array => {
      const contributions = new Float64Array(forest.featureCount)
      pathReasons(forest, table, 0, contributions)
      return contributions
    },
  }
}

/** Below any score that the forest can give: what an item gets that is no candidate. */
function leastScore({ base, treeCount, depth, leaves }: Forest): number {
  let least = base - 1
  for (let tree = 0; tree < treeCount; tree += 1) {
    least += leaves.subarray(tree << depth, (tree + 1) << depth).reduce((a, b) => Math.min(a, b), 0)
  }
  return least
}
