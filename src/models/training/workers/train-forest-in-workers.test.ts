import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../core/random.ts'
import type { RankingRows } from '../../rankers/boosting/ranking-rows.ts'
import { trainForest } from '../../rankers/boosting/train-forest.ts'
import { randomBins } from '../../rankers/random-forest.ts'
import { trainForestInWorkers } from './train-forest-in-workers.ts'

/** Groups of uneven size with labels that follow the first feature, mostly. */
function rowsOf(seed: string, rowCount: number): RankingRows {
  const random = seededRandom(seed)
  const table = randomBins(random, rowCount, 6)
  const labels = Float32Array.from({ length: rowCount }, (_, row) =>
    (table.bins[row] ?? 0) + random.below(60) > 110 ? 1 + random.below(2) : 0,
  )
  const groups = [0]
  for (let at = 0; at < rowCount; ) {
    at = Math.min(rowCount, at + 1 + random.below(40))
    groups.push(at)
  }
  return { table, labels, groups: Int32Array.from(groups) }
}

describe.each(['oblivious', 'perfect'] as const)('%s trees', (shape) => {
  test.each(['pairwise', 'pairwise-ndcg', 'logistic'] as const)(
    'any number of threads gives the bits of one: %s',
    async (objective) => {
      const rows = rowsOf(objective, 1500)
      const labels = objective === 'logistic' ? rows.labels.map((label) => Math.min(label, 1)) : rows.labels
      const settings = { shape, objective, trees: 4, depth: 5, monotone: [1, -1] }
      const options = { validation: rowsOf('later', 300) }
      const alone = trainForest({ ...rows, labels }, settings, options)
      expect(alone.treeCount).toBeGreaterThan(0)
      for (const threads of [1, 2, 3]) {
        const forest = await trainForestInWorkers({ ...rows, labels }, settings, { ...options, threads })
        expect(forest).toEqual(alone)
      }
    },
  )
})

test('more threads than features and groups is fine', async () => {
  const rows = rowsOf('few', 30)
  const settings = { trees: 2, depth: 2, minChildRows: 1 }
  expect(await trainForestInWorkers(rows, settings, { threads: 5 })).toEqual(trainForest(rows, settings))
})

test('an abort ends the training with its reason', async () => {
  const abort = new AbortController()
  const trained = trainForestInWorkers(
    rowsOf('abort', 500),
    { trees: 100_000 },
    { threads: 2, signal: abort.signal, onProgress: () => abort.abort(new Error('enough')) },
  )
  await expect(trained).rejects.toThrow('enough')
})

test('what makes a thread fail makes the training fail', async () => {
  const rows = rowsOf('bad', 100)
  rows.table.bins[5] = 200
  await expect(trainForestInWorkers(rows, { trees: 1 }, { threads: 2 })).rejects.toThrow('bin above 127')
})
