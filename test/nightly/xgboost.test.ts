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
import { prepareFull } from '../../src/models/two-stage/prepare-full.ts'
import { pythonOrSkip } from '../models/python.ts'

const data = join(import.meta.dirname, '../../../shared/data/online-retail')
const CUTOFF_DAYS = [283, 313, 343]
const TREES = 200

/** Who is compared with the oblivious trees that `full` has by default, in the order in which they are measured. */
const OTHERS = ['XGBoost', 'perfect trees'] as const
type Other = (typeof OTHERS)[number]
type Name = 'oblivious trees' | Other

/** NDCG@10 of each user by a ranker of the same candidates, learnt from the same rows. */
type NdcgBy = (name: Name) => Promise<Float64Array>

async function ndcgOver(split: Split, python: string): Promise<NdcgBy> {
  const { learner, rankedBy } = await prepareFull(FULL_OPTIONS, split.training)
  const learnt = learner.rows()
  if (learnt === null) throw new Error('bug: no rows to learn from')
  const { rows, rankerOf } = learnt
  say(
    `${rows.table.rowCount} rows with ${rows.table.featureCount} features, ${split.targets.length} shoppers`,
  )
  const { trainForest } = FULL_OPTIONS
  const learn = async (name: Name) => {
    if (name === 'oblivious trees') return learner.learn(trainForest, {})
    if (name === 'perfect trees') return learner.learn(trainForest, { shape: 'perfect' })
    return rankerOf(await trainXgboost(python, rows, { trees: TREES, threads: availableParallelism() }))
  }
  return async (name) => {
    const { ndcg, recall } = metricsAt(10, answersOf(rankedBy(await learn(name)), split, 10))
    say(`${name}: recall@10 ${rounded(meanOf(recall))}, ndcg@10 ${rounded(meanOf(ndcg))}`)
    return ndcg
  }
}

const say = (text: string): void => void process.stderr.write(`${text}\n`)
const rounded = (value: number): string => value.toFixed(4)

/** The paired difference of the oblivious trees from another ranker, told on stderr. */
function compared(when: string, own: Float64Array, other: Float64Array, name: Other): Interval {
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
      const ndcgBy = await ndcgOver(nextPeriod(interactions, { cutoffDay, horizonDays: 30 }), python)
      const own = await ndcgBy('oblivious trees')
      all['oblivious trees'].push(...own)
      for (const name of OTHERS) {
        const other = await ndcgBy(name)
        all[name].push(...other)
        expect(compared(`day ${cutoffDay}`, own, other, name).high, name).toBeGreaterThanOrEqual(0)
      }
    },
  )

  test('over all of these', (context) => {
    const own = Float64Array.from(all['oblivious trees'])
    if (own.length === 0) context.skip('no cut-off was measured')
    for (const name of OTHERS) {
      expect(compared('all', own, Float64Array.from(all[name]), name).high, name).toBeGreaterThanOrEqual(0)
    }
  })
})
