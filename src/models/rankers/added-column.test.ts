import { expect, test } from 'vitest'
import { seededRandom } from '../../core/random.ts'
import { withColumnAdded } from './added-column.ts'
import { quantise, quantiserOf } from './bins/quantiser.ts'
import { expectedScore, pathReasons } from './path-reasons.ts'
import { randomForest } from './random-forest.ts'
import { rowScorer } from './row-scorer.ts'

const random = seededRandom('added column')
const ROWS = 3000
const forest = randomForest(random, { shape: 'oblivious', depth: 4, featureCount: 2, treeCount: 8 })
const model = { featureNames: ['a', 'b'], quantiser: quantiserOf([[0.5], [0.2, 0.7]]), forest }

/** A third is 0, as where most products are on no offer. */
const column = Float32Array.from({ length: ROWS }, (_, row) => (row % 3 === 0 ? 0 : random.next()))
const others = Float32Array.from({ length: 2 * ROWS }, () => random.next())
const added = withColumnAdded(model, {
  name: 'deal',
  column: { rowCount: ROWS, featureCount: 1, values: column },
  weight: 2,
})
const scoresOf = (own: Float32Array) => {
  const table = { rowCount: ROWS, featureCount: 3, values: Float32Array.from([...others, ...own]) }
  return {
    table,
    scores: rowScorer(added.featureNames, added.quantiser, added.forest).score(table),
    before: rowScorer(model.featureNames, model.quantiser, forest).score({
      rowCount: ROWS,
      featureCount: 2,
      values: others,
    }),
  }
}

test('adds the weight times the column, to a bin exactly on average, and nothing else', () => {
  const { scores, before } = scoresOf(column)
  const gains = Array.from(scores, (score, row) => score - (before[row] ?? 0))
  for (const [row, gain] of gains.entries()) {
    expect(Math.abs(gain - 2 * (column[row] ?? 0))).toBeLessThan(2 * 0.06)
    if (column[row] === 0) expect(gain).toBeCloseTo(0, 6)
  }
  const mean = (values: Iterable<number>) => Array.from(values).reduce((a, b) => a + b, 0) / ROWS
  expect(mean(gains)).toBeCloseTo(2 * mean(column), 4)
})

test('a missing value adds nothing', () => {
  const { scores, before } = scoresOf(new Float32Array(ROWS).fill(Number.NaN))
  for (const [row, score] of scores.entries()) expect(score).toBeCloseTo(before[row] ?? 0, 6)
})

test('its reasons add up to the score, and its share is the column’s', () => {
  const { table, scores, before } = scoresOf(column)
  const bins = quantise(added.quantiser, table)
  const [own, base] = [new Float64Array(3), expectedScore(added.forest)]
  const usual = base - expectedScore(forest)
  for (let row = 0; row < 100; row += 1) {
    pathReasons(added.forest, bins, row, own)
    const sum = own.reduce((a, b) => a + b, base)
    expect(sum).toBeCloseTo(scores[row] ?? 0, 5)
    expect(usual + (own[2] ?? 0)).toBeCloseTo((scores[row] ?? 0) - (before[row] ?? 0), 5)
  }
})
