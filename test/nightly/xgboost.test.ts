import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { trainXgboost } from '../../src/cli/bench/xgboost-trainer.ts'
import { readDataSet } from '../../src/cli/evaluation/data-sets.ts'
import { FULL_OPTIONS } from '../../src/cli/evaluation/full-options.ts'
import { answersOf, metricsAt } from '../../src/models/evaluation/answers.ts'
import { nextPeriod } from '../../src/models/evaluation/split.ts'
import { bootstrapInterval, differences } from '../../src/models/metrics/bootstrap.ts'
import type { FittedRecommender } from '../../src/models/recommender.ts'
import { prepareFull } from '../../src/models/two-stage/full.ts'
import { pythonOrSkip } from '../models/python.ts'

const data = join(import.meta.dirname, '../../../shared/data/online-retail')
const CUTOFF_DAYS = [283, 313, 343]
const TREES = 200

test('over three cut-offs of Online Retail the trees are not below XGBoost rank:pairwise on the same rows', {
  timeout: 7_200_000,
}, async (context) => {
  if (!existsSync(data)) context.skip('../shared/data/online-retail is absent')
  const bin = await pythonOrSkip(context, 'xgboost')
  const { interactions } = await readDataSet(data, undefined)
  const gains: number[] = []
  for (const cutoffDay of CUTOFF_DAYS) {
    const split = nextPeriod(interactions, { cutoffDay, horizonDays: 30 })
    const prepared = await prepareFull(FULL_OPTIONS, split.training)
    const learnt = prepared.learner.rows()
    if (learnt === null) throw new Error('bug: no rows to learn from')
    const { rows, rankerOf } = learnt
    const theirs = await trainXgboost(bin, rows, { trees: TREES, threads: availableParallelism() })
    const own = await prepared.learner.learn(FULL_OPTIONS.trainForest, {})
    const ndcgOf = (model: FittedRecommender) => metricsAt(10, answersOf(model, split, 10)).ndcg
    const [ours, others] = [own, rankerOf(theirs)].map((ranker) => ndcgOf(prepared.rankedBy(ranker)))
    if (ours === undefined || others === undefined) throw new Error('bug: two rankers')
    gains.push(...differences(ours, others))
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
    process.stderr.write(
      `day ${cutoffDay}: ndcg@10 ${mean(ours).toFixed(4)}, XGBoost ${mean(others).toFixed(4)}\n`,
    )
  }
  const interval = bootstrapInterval(Float64Array.from(gains), 'xgboost')
  process.stderr.write(`all: ${JSON.stringify(interval)}\n`)
  expect(interval.high).toBeGreaterThanOrEqual(0)
})
