import { type Ablation, DRIVERS, type Driver, type Recommender, type Training } from '../recommender.ts'
import { type FullOptions, type PreparedFull, prepareVariants } from './prepare-full.ts'

/** What the models of an ablation have in common. */
type Common = {
  /** The whole model, then those without a driver, in the order of `DRIVERS`. */
  readonly prepared: Promise<readonly PreparedFull[]>
  /** How many trees help, which the first of the models says for all. */
  trees: number | null
}

/**
 * The model and those without a driver. All that they learn from is gathered once, and kept as long as their training
 * is there.
 */
export function fullAblation(options: FullOptions): Ablation {
  const { trainForest, boosting = {}, without = [] } = options
  const variants = [[], ...DRIVERS.map((driver) => [driver])].map((some) => new Set([...without, ...some]))
  const known = new WeakMap<Training, Common>()
  const commonOf = (training: Training): Common => {
    const common = known.get(training) ?? {
      prepared: prepareVariants(options, training, variants),
      trees: null,
    }
    known.set(training, common)
    return common
  }
  const variant = (index: number): Recommender => ({
    name: 'full',
    fit: async (training) => {
      const common = commonOf(training)
      const prepared = (await common.prepared)[index]
      if (prepared === undefined) throw new Error('bug: every variant is prepared')
      const { learner, rankedBy } = prepared
      if (common.trees !== null) {
        return rankedBy(await learner.grow(trainForest, { ...boosting, trees: common.trees }))
      }
      const ranker = await learner.learn(trainForest, boosting)
      common.trees = ranker?.forest.treeCount ?? null
      return rankedBy(ranker)
    },
  })
  return {
    drivers: DRIVERS,
    whole: variant(0),
    without: (driver: Driver) => variant(1 + DRIVERS.indexOf(driver)),
  }
}
