import { expect, test } from 'vitest'
import { LightGbmSide } from '../../src/cli/bench/lightgbm-side.ts'
import { withFolder } from '../../src/cli/bench/measuring.ts'
import { makeRankingData } from '../../src/cli/bench/ranking-data.ts'
import { fitQuantiser, quantise } from '../../src/models/rankers/bins/quantiser.ts'
import { meanNdcg } from '../../src/models/rankers/boosting/ndcg.ts'
import { forestScorer } from '../../src/models/rankers/forest-scorer.ts'
import { trainForestInWorkers } from '../../src/models/training/workers/train-forest-in-workers.ts'
import { pythonOrSkip } from './python.ts'

const SIZE = { rowCount: 20_000, featureCount: 12, groupSize: 100 }
const TREES = 60

test.for(['oblivious', 'perfect'] as const)(
  '%s trees rank held-out groups as well as LightGBM lambdarank, within .01 of NDCG@10',
  async (shape, context) => {
    const bin = await pythonOrSkip(context, 'lightgbm')
    const train = makeRankingData(SIZE, 'train')
    const held = makeRankingData(SIZE, 'held')
    const quantiser = fitQuantiser(train.features)
    const forest = await trainForestInWorkers(
      { ...train, table: quantise(quantiser, train.features) },
      { shape, trees: TREES },
      { threads: 1 },
    )
    const scores = new Float64Array(SIZE.rowCount)
    forestScorer(forest).score(quantise(quantiser, held.features), scores)
    await withFolder(async (folder) => {
      using side = await LightGbmSide.start(bin, folder, { train, held })
      const theirs = await side.train(
        {
          objective: 'lambdarank',
          learning_rate: 0.08,
          num_leaves: 64,
          max_depth: 6,
          seed: 1,
          verbosity: -1,
        },
        TREES,
      )
      expect(meanNdcg(held, theirs.scores, 10)).toBeGreaterThan(0.4)
      expect(meanNdcg(held, scores, 10)).toBeGreaterThan(meanNdcg(held, theirs.scores, 10) - 0.01)
    })
  },
)
