import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { trainXgboost } from '../../src/cli/bench/xgboost-trainer.ts'
import { readDataSet } from '../../src/cli/evaluation/data-sets.ts'
import { FULL_OPTIONS } from '../../src/cli/evaluation/full-options.ts'
import { answersOf, metricsAt } from '../../src/models/evaluation/answers.ts'
import { nextPeriod, type Split } from '../../src/models/evaluation/split.ts'
import { bootstrapInterval, differences, type Interval } from '../../src/models/metrics/bootstrap.ts'
import { meanOf } from '../../src/models/metrics/user-metrics.ts'
import { prepareFull } from '../../src/models/two-stage/full.ts'
import { pythonOrSkip } from '../models/python.ts'

const data = join(import.meta.dirname, '../../../shared/data/online-retail')
const CUTOFF_DAYS = [283, 313, 343]
const TREES = 200

/** Who is compared with the oblivious trees that `full` has by default. */
const OTHERS = ['perfect trees', 'XGBoost'] as const
type Name = 'oblivious trees' | (typeof OTHERS)[number]

/** NDCG@10 of each user, of all rankers for the same candidates, learnt from the same rows. */
async function ndcgOfEach(split: Split, python: string): Promise<Record<Name, Float64Array>> {
  const { learner, rankedBy } = await prepareFull(FULL_OPTIONS, split.training)
  const learnt = learner.rows()
  if (learnt === null) throw new Error('bug: no rows to learn from')
  const { rows, rankerOf } = learnt
  const ndcgOf = (ranker: Parameters<typeof rankedBy>[0]) =>
    metricsAt(10, answersOf(rankedBy(ranker), split, 10)).ndcg
  say(
    `${rows.table.rowCount} rows with ${rows.table.featureCount} features, ${split.targets.length} shoppers`,
  )
  return {
    'oblivious trees': ndcgOf(await learner.learn(FULL_OPTIONS.trainForest, {})),
    'perfect trees': ndcgOf(await learner.learn(FULL_OPTIONS.trainForest, { shape: 'perfect' })),
    XGBoost: ndcgOf(
      rankerOf(await trainXgboost(python, rows, { trees: TREES, threads: availableParallelism() })),
    ),
  }
}

const say = (text: string): void => void process.stderr.write(`${text}\n`)
const rounded = (value: number): string => value.toFixed(4)

/** The paired difference of the oblivious trees from another ranker, told on stderr. */
function compared(when: string, own: Float64Array, other: Float64Array, name: Name): Interval {
  const interval = bootstrapInterval(differences(own, other), 'rankers')
  say(
    `${when}: ndcg@10 ${rounded(meanOf(own))}, ${name} ${rounded(meanOf(other))}, ` +
      `difference ${rounded(interval.mean)} (${rounded(interval.low)} to ${rounded(interval.high)})`,
  )
  return interval
}

/** What has been measured, user after user. */
const all: Record<Name, number[]> = { 'oblivious trees': [], 'perfect trees': [], XGBoost: [] }

describe('oblivious trees are not below XGBoost rank:pairwise and perfect trees on the same rows', () => {
  test.for(CUTOFF_DAYS)(
    'of Online Retail, the 30 days from day %i',
    {
      timeout: 3_600_000,
    },
    async (cutoffDay, context) => {
      if (!existsSync(data)) context.skip('../shared/data/online-retail is absent')
      const python = await pythonOrSkip(context, 'xgboost')
      const { interactions } = await readDataSet(data, undefined)
      const ndcg = await ndcgOfEach(nextPeriod(interactions, { cutoffDay, horizonDays: 30 }), python)
      for (const [name, values] of Object.entries(ndcg)) all[name as Name].push(...values)
      for (const name of OTHERS) {
        const { high } = compared(`day ${cutoffDay}`, ndcg['oblivious trees'], ndcg[name], name)
        expect(high, name).toBeGreaterThanOrEqual(0)
      }
    },
  )

  test('over all of these', (context) => {
    const own = Float64Array.from(all['oblivious trees'])
    if (own.length === 0) context.skip('no cut-off was measured')
    for (const name of OTHERS) {
      const { high } = compared('all', own, Float64Array.from(all[name]), name)
      expect(high, name).toBeGreaterThanOrEqual(0)
    }
  })
})
