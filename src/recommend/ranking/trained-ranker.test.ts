import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/random.ts'
import { weightedSum } from '../../models/candidates/ranker.ts'
import { quantiserOf } from '../../models/rankers/bins/quantiser.ts'
import { randomForest } from '../../models/rankers/random-forest.ts'
import type { RankerModel } from '../../models/rankers/ranker-model.ts'
import { trainedRanker } from './trained-ranker.ts'

const COLUMNS = ['history', 'affinity', 'popular', 'unused']
/** Reads three of the columns, in another order. */
const model: RankerModel = {
  featureNames: ['popular', 'history', 'affinity'],
  quantiser: quantiserOf([[0.2, 0.5], [0.1, 0.4, 0.8], [0.3]]),
  forest: {
    ...randomForest(seededRandom('ranker'), { shape: 'oblivious', depth: 3, featureCount: 3, treeCount: 20 }),
    bins: new Uint8Array(60).map((_, condition) => condition % 4),
  },
}
const sum = weightedSum(COLUMNS.map((_, column) => ({ shopper: 1, product: column })))
const options = { version: 'v1', model, sources: COLUMNS, features: [], onProductPages: sum }
const ranker = trainedRanker(options)

const value = fc.float({ min: 0, max: 1, noNaN: true })
const matrices = fc
  .array(fc.tuple(value, value, value, value), { minLength: 1, maxLength: 9 })
  .map((rows) => ({
    rowCount: rows.length,
    items: Int32Array.from(rows.keys()),
    columns: COLUMNS.map((_, column) => Float32Array.from([...rows.map((row) => row[column] ?? 0), 9, 9])),
  }))
const pages = fc.constantFrom('home', 'product', 'cart')

const scoresOf = (matrix: Parameters<typeof ranker.score>[0], page: Parameters<typeof ranker.score>[1]) => {
  const scores = new Float64Array(matrix.rowCount)
  ranker.score(matrix, page, scores)
  return scores
}

describe('a ranker of trees over what sources say', () => {
  test('base plus contributions is the score, column by column', () => {
    fc.assert(
      fc.property(matrices, pages, (matrix, page) => {
        const scores = scoresOf(matrix, page)
        for (let row = 0; row < matrix.rowCount; row += 1) {
          const given = new Float64Array(COLUMNS.length)
          ranker.explain(matrix, page, row, given)
          const total = given.reduce((before, each) => before + each, ranker.base)
          expect(Math.abs(total - (scores[row] ?? 0))).toBeLessThan(1e-6)
          if (page === 'home') expect(given[3]).toBe(0)
        }
      }),
    )
  })

  test('a row has the score that it has alone', () => {
    fc.assert(
      fc.property(matrices, pages, (matrix, page) => {
        const scores = scoresOf(matrix, page)
        const last = matrix.rowCount - 1
        const alone = {
          rowCount: 1,
          items: matrix.items.slice(last, last + 1),
          columns: matrix.columns.map((column) => column.slice(last, last + 1)),
        }
        expect(scoresOf(alone, page)[0]).toBe(scores[last])
      }),
    )
  })

  test('pages about a product are ranked by the other ranker', () => {
    const matrix = { rowCount: 1, items: Int32Array.of(0), columns: COLUMNS.map(() => Float32Array.of(0.5)) }
    expect(scoresOf(matrix, 'cart')[0]).toBe(0.5 * (0 + 1 + 2 + 3))
    expect(scoresOf(matrix, 'home')[0]).not.toBe(0.5 * 4)
  })

  test('a model of columns that there are not is refused by their names', () => {
    const strange = { ...model, featureNames: ['popular', 'moon', 'tides'] }
    expect(() => trainedRanker({ ...options, model: strange })).toThrow('that there are not: moon, tides')
  })
})
