import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../core/random.ts'
import { emptyBinTable } from '../bins/bin-table.ts'
import { forestScorer } from '../forest-scorer.ts'
import { plainScore } from '../plain-score.ts'
import { randomBins } from '../random-forest.ts'
import type { BoostingSettings } from './boosting-settings.ts'
import { meanNdcg } from './ndcg.ts'
import type { RankingRows } from './ranking-rows.ts'
import { trainForest } from './train-forest.ts'

const plain = { trees: 1, depth: 1, rowShare: 1, minChildRows: 0 } as const

/** Rows of one feature. */
function rowsOf(bins: readonly number[], labels: readonly number[], groups: readonly number[]): RankingRows {
  const table = emptyBinTable(bins.length, 1)
  table.bins.set(bins)
  return { table, labels: Float32Array.from(labels), groups: Int32Array.from(groups) }
}

/** Groups of 20 rows with seven features, of which three say how likely a row is to be the better one. */
function learnable(seed: string, rowCount: number): RankingRows {
  const random = seededRandom(seed)
  const table = randomBins(random, rowCount, 7)
  const bin = (feature: number, row: number) => table.bins[feature * table.stride + row] ?? 0
  const labels = Float32Array.from({ length: rowCount }, (_, row) => {
    const truth = bin(0, row) / 32 + (bin(1, row) === 0 ? 3 : 0) - Math.abs(bin(2, row) - 64) / 32
    return random.next() < 1 / (1 + Math.exp(4 - truth)) ? 1 : 0
  })
  return { table, labels, groups: Int32Array.from({ length: rowCount / 20 + 1 }, (_, group) => group * 20) }
}

function ndcgOf(train: RankingRows, held: RankingRows, settings: Partial<BoostingSettings>): number {
  const scores = new Float64Array(held.table.rowCount)
  forestScorer(trainForest(train, settings)).score(held.table, scores)
  return meanNdcg(held, scores, 10)
}

describe('trees by hand', () => {
  test('logistic: odds of one to one, then two rows a side pull by half each: -1 / .5 and 1 / .5', () => {
    const rows = rowsOf([1, 1, 2, 2], [0, 0, 1, 1], [0, 4])
    const forest = trainForest(rows, { ...plain, objective: 'logistic', lambda: 0, learningRate: 1 })
    expect(forest.base).toBe(0)
    expect([...forest.bins]).toEqual([1])
    expect([...forest.leaves]).toEqual([-2, 2])
    expect([...forest.expectations]).toEqual([0])
  })

  test('pairwise: one pair pulls by .5 with a hessian of .25: .1 x .5 / 1.25', () => {
    const forest = trainForest(rowsOf([9, 4], [1, 0], [0, 2]), { ...plain, lambda: 1, learningRate: 0.1 })
    expect([...forest.bins]).toEqual([4])
    expect(forest.leaves[0]).toBeCloseTo(-0.04, 7)
    expect(forest.leaves[1]).toBeCloseTo(0.04, 7)
  })

  test('missing values go to the side that their labels say', () => {
    const worse = trainForest(rowsOf([0, 1, 2, 2], [0, 0, 1, 1], [0, 4]), plain)
    const better = trainForest(rowsOf([0, 1, 1, 2], [1, 0, 0, 1], [0, 4]), plain)
    expect([worse.bins[0], worse.missingRight[0]]).toEqual([1, 0])
    expect([better.bins[0], better.missingRight[0]]).toEqual([1, 1])
  })

  test('rows of different groups are not compared', () => {
    expect(trainForest(rowsOf([1, 2], [0, 1], [0, 1, 2]), plain).treeCount).toBe(0)
  })

  test('a child of too few rows is not split off', () => {
    const rows = rowsOf([1, 2, 2, 2], [1, 0, 0, 0], [0, 4])
    expect(trainForest(rows, { ...plain, objective: 'logistic' }).treeCount).toBe(1)
    expect(trainForest(rows, { ...plain, objective: 'logistic', minChildRows: 2 }).treeCount).toBe(0)
  })
})

describe.each(['oblivious', 'perfect'] as const)('%s trees', (shape) => {
  const settings = { shape, trees: 30, minChildRows: 5 } as const

  test.each(['pairwise', 'pairwise-ndcg', 'logistic'] as const)(
    'learn a known function by %s',
    (objective) => {
      const held = learnable('held', 2000)
      const untaught = ndcgOf(learnable('taught', 2000), held, { ...settings, trees: 0 })
      const taught = ndcgOf(learnable('taught', 2000), held, { ...settings, objective })
      expect(untaught).toBeLessThan(0.5)
      expect(taught).toBeGreaterThan(untaught + 0.15)
    },
  )

  test('are the same when trained twice, and others with another seed', () => {
    const rows = learnable('twice', 800)
    const small = { ...settings, trees: 5 }
    expect(trainForest(rows, small)).toEqual(trainForest(rows, small))
    expect(trainForest(rows, { ...small, seed: 2 })).not.toEqual(trainForest(rows, small))
  })

  test('keep to monotone features, for any pair of rows that differ in one of them only', () => {
    const monotone = [1, 0, -1, 1]
    const forest = trainForest(learnable('monotone', 2000), { ...settings, monotone, trees: 30 })
    const value = fc.integer({ min: 1, max: 127 })
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0, 2, 3), value, value, (seed, feature, one, other) => {
        const pair = randomBins(seededRandom(seed), 2, 7)
        for (let column = 0; column < 7; column += 1) {
          pair.bins[column * pair.stride + 1] = pair.bins[column * pair.stride] ?? 0
        }
        pair.bins[feature * pair.stride] = Math.min(one, other)
        pair.bins[feature * pair.stride + 1] = Math.max(one, other)
        const rise = plainScore(forest, pair, 1) - plainScore(forest, pair, 0)
        expect(rise * (monotone[feature] ?? 0)).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 2000 },
    )
  })

  test('stop when a later period gets no better, at the best tree', () => {
    const seen: number[] = []
    const validation = learnable('later', 600)
    const forest = trainForest(
      learnable('earlier', 800),
      { ...settings, trees: 300, patience: 10, learningRate: 0.5 },
      { validation, onTree: (progress) => seen.push(progress.validation ?? 0) > 0 },
    )
    expect(forest.treeCount).toBeLessThan(290)
    expect(seen).toHaveLength(forest.treeCount + 10)
    expect(seen[forest.treeCount - 1]).toBe(Math.max(...seen))
    const scores = new Float64Array(600)
    forestScorer(forest).score(validation.table, scores)
    expect(meanNdcg(validation, scores, 10)).toBe(Math.max(...seen))
  })
})

test('weights of rows count: the heavier of two contradicting pairs wins', () => {
  const rows = rowsOf([1, 2, 1, 2], [0, 1, 1, 0], [0, 2, 4])
  const forest = trainForest({ ...rows, weights: Float32Array.of(1, 1, 3, 3) }, plain)
  expect(forest.leaves[0]).toBeGreaterThan(0)
})

test('a cap on the pairs of a group still teaches', () => {
  const held = learnable('held', 2000)
  const capped = ndcgOf(learnable('capped', 2000), held, { trees: 30, pairsPerGroup: 5 })
  expect(capped).toBeGreaterThan(ndcgOf(learnable('capped', 2000), held, { trees: 0 }) + 0.15)
})

test('it can be told to stop after any tree', () => {
  const forest = trainForest(learnable('stop', 400), { trees: 9 }, { onTree: ({ trees }) => trees < 3 })
  expect(forest.treeCount).toBe(3)
})

test('settings and rows that are not what they must be are refused by name', () => {
  const rows = rowsOf([1, 2], [0, 1], [0, 2])
  expect(() => trainForest(rows, { depth: 9 })).toThrow("setting 'depth'")
  expect(() => trainForest({ ...rows, groups: Int32Array.of(0, 1) })).toThrow('groups')
  expect(() => trainForest({ ...rows, labels: new Float32Array(1) })).toThrow('one label')
})

test('every leaf of a level has its say in the split: an interaction is found', () => {
  const random = seededRandom('interaction')
  const table = randomBins(random, 2000, 3)
  const isHigh = (feature: number, row: number) => (table.bins[feature * table.stride + row] ?? 0) > 64
  const labels = Float32Array.from({ length: 2000 }, (_, row) =>
    (isHigh(0, row) && isHigh(1, row)) || (!isHigh(0, row) && isHigh(2, row)) ? 1 : 0,
  )
  const groups = Int32Array.from({ length: 101 }, (_, group) => group * 20)
  const settings = { trees: 20, depth: 3, learningRate: 0.3, minChildRows: 5 }
  expect(ndcgOf({ table, labels, groups }, { table, labels, groups }, settings)).toBeGreaterThan(0.97)
})
