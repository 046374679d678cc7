import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../../core/random.ts'
import type { Forest } from './forest.ts'
import { forestScorer } from './forest-scorer.ts'
import { expectedScore, pathReasons } from './path-reasons.ts'
import { plainScore } from './plain-score.ts'
import { randomBins, randomForest } from './random-forest.ts'

const sizes = fc.record({
  shape: fc.constantFrom('oblivious' as const, 'perfect' as const),
  depth: fc.integer({ min: 1, max: 8 }),
  featureCount: fc.integer({ min: 1, max: 9 }),
  treeCount: fc.integer({ min: 0, max: 12 }),
})

test('a scorer gives the bits of the plain sum, for any forest and number of rows', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      sizes,
      fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 3 }),
      (seed, size, counts) => {
        const random = seededRandom(seed)
        const forest = randomForest(random, size)
        const scorer = forestScorer(forest)
        for (const rowCount of counts) {
          const table = randomBins(random, rowCount, size.featureCount)
          const scores = new Float64Array(rowCount + 1).fill(7)
          scorer.score(table, scores)
          const expected = Array.from({ length: rowCount }, (_, row) => plainScore(forest, table, row))
          expect([...scores]).toEqual([...expected, 7])
        }
      },
    ),
  )
})

test('reasons are additive: the expected score plus the contributions is the score', () => {
  fc.assert(
    fc.property(fc.nat(), sizes, (seed, size) => {
      const random = seededRandom(seed)
      const forest = randomForest(random, size)
      const table = randomBins(random, 3, size.featureCount)
      const contributions = new Float64Array(size.featureCount)
      for (let row = 0; row < 3; row += 1) {
        pathReasons(forest, table, row, contributions)
        const sum = contributions.reduce((all, value) => all + value, expectedScore(forest))
        expect(Math.abs(sum - plainScore(forest, table, row))).toBeLessThan(1e-6)
      }
    }),
  )
})

/** "feature 0 above bin 3", then "feature 1 above bin 5, or missing". */
const byHand: Forest = {
  shape: 'oblivious',
  depth: 2,
  featureCount: 2,
  treeCount: 1,
  base: 10,
  features: Int32Array.of(0, 1),
  bins: Uint8Array.of(3, 5),
  missingRight: Uint8Array.of(0, 1),
  leaves: Float32Array.of(1, 2, 3, 5),
  expectations: Float32Array.of(2.5, 1.5, 4),
}

const rowsByHand = {
  rowCount: 4,
  featureCount: 2,
  stride: 4,
  bins: Uint8Array.of(...[3, 4, 0, 4], ...[5, 5, 6, 0]),
}

test('a tree of two conditions by hand: a row reaches the leaf that its bins say', () => {
  const scores = new Float64Array(4)
  forestScorer(byHand).score(rowsByHand, scores)
  expect([...scores]).toEqual([11, 13, 12, 15])
})

test('the reasons of that tree by hand: each feature gets the change of the expectation behind it', () => {
  const contributions = new Float64Array(2)
  pathReasons(byHand, rowsByHand, 3, contributions)
  expect(expectedScore(byHand)).toBe(12.5)
  expect([...contributions]).toEqual([4 - 2.5, 5 - 4])
})
