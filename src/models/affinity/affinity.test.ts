import { describe, expect, test } from 'vitest'
import type { ItemContent } from '../content/item-content.ts'
import { mirrored } from '../linalg/sparse-rows.ts'
import { checkerboard, recommenderContract } from '../recommender.contract.ts'
import { sequencesOf } from '../sequences.ts'
import { affinity } from './affinity.ts'
import { affinityModel, byHistoryItem } from './affinity-model.ts'
import { pairSumsInProcess } from './pair-sums.ts'
import { ridgeSolver } from './ridge.ts'

// a stranger gets zeros, so the lowest number; 4, 2, 2 is best followed by an even item
recommenderContract(affinity(pairSumsInProcess), {
  firstForStranger: 0,
  firstForRepeater: 0,
  completesTheColour: true,
})

const history = (...items: number[]) => ({ items: Int32Array.from(items), days: null })

describe('affinity', () => {
  test('never reaches an item of the other colour', async () => {
    const model = await affinity(pairSumsInProcess).fit(checkerboard())
    const scores = new Float64Array(12)
    model.score(history(0, 2, 4), scores)
    for (const odd of [1, 3, 5, 7, 9, 11]) expect(scores[odd]).toBe(0)
    expect(model.similar(2, 12).every(({ item }) => item % 2 === 0 && item !== 2)).toBe(true)
  })

  test('reaches an item that nobody had by its title and attributes alone', async () => {
    const content: ItemContent = {
      titles: ['red nail polish', 'blue nail polish', 'green nail polish', 'hair brush', 'hair comb'],
      attributes: [[1], [1], [1], [2], [2]],
    }
    const training = { sequences: sequencesOf(5, [[0, 1], [1, 0], [3]]), content, asOfDay: null }
    const model = await affinity(pairSumsInProcess).fit(training)
    const scores = new Float64Array(5)
    model.score(history(0), scores)
    expect(scores[2]).toBeGreaterThan(0)
    expect(scores[4]).toBe(0)
    expect(model.similar(3, 5).map(({ item }) => item)).toEqual([4])
  })

  test('scores the last 50 events, exp(-age / 2.5) each', () => {
    const model = affinityModel({
      itemCount: 3,
      starts: Int32Array.of(0, 1, 3, 3),
      targets: Int32Array.of(2, 0, 2),
      weights: Float32Array.of(0.5, 1, 0.25),
    })
    const scores = new Float64Array(3)
    model.score(history(0, 1), scores)
    expect(scores[2]).toBe(0.25 + 0.5 * Math.exp(-1 / 2.5))
    expect(scores[0]).toBe(1)
    expect(model.explain(history(0, 1), 2)).toEqual({
      base: 0,
      contributions: [
        { position: 0, item: 0, value: 0.5 * Math.exp(-1 / 2.5) },
        { position: 1, item: 1, value: 0.25 },
      ],
    })
    model.score(history(...Array<number>(60).fill(1)), scores)
    const decays = Array.from({ length: 50 }, (_, age) => Math.exp(-age / 2.5))
    expect(scores[0]).toBeCloseTo(
      decays.reduce((sum, decay) => sum + decay, 0),
      12,
    )
    expect(model.explain(history(...Array<number>(60).fill(1)), 0).contributions.length).toBe(50)
    expect(model.similar(1, 5)).toEqual([
      { item: 0, score: 1 },
      { item: 2, score: 0.25 },
    ])
    expect(model.similar(1, 1)).toEqual([{ item: 0, score: 1 }])
  })
})

describe('the ridge of one target', () => {
  const triples = (...list: readonly (readonly [number, number, number])[]) => ({
    rows: Int32Array.from(list, ([row]) => row),
    columns: Int32Array.from(list, ([, column]) => column),
    values: Float64Array.from(list, ([, , value]) => value),
  })
  const gram = mirrored(4, triples([0, 0, 4], [0, 1, 2], [1, 1, 5], [2, 2, 1], [3, 3, 2]))

  test('solves A[S, S] b = R[S, j] without j, worked by hand', () => {
    const targets = mirrored(4, triples([0, 3, 8], [1, 3, 14], [3, 3, 1000]))
    const column = ridgeSolver({ gram, targets, neighbours: 3 })(3)
    expect([...column.items]).toEqual([0, 1])
    expect([...column.weights]).toEqual([0.75, 2.5])
  })

  test('keeps the neighbours with the largest R, ties by item number', () => {
    const targets = mirrored(4, triples([0, 3, 1], [1, 3, 2], [2, 3, 1]))
    const solve = ridgeSolver({ gram, targets, neighbours: 2 })
    expect([...solve(3).items]).toEqual([0, 1])
    expect([...solve(2).items]).toEqual([3])
    expect([...solve(2).weights]).toEqual([expect.closeTo(0.5, 12)])
  })

  test('a Gram that is not definite gets the least power of two on its diagonal that makes it so', () => {
    const indefinite = mirrored(2, triples([0, 0, 1], [0, 1, 3], [1, 1, 1]))
    const targets = mirrored(3, triples([0, 2, 1], [1, 2, 1]))
    const padded = { ...mirrored(3, triples([2, 2, 1])), starts: Int32Array.of(0, 2, 4, 5) }
    const both = {
      ...padded,
      columns: Int32Array.of(...indefinite.columns, 2),
      values: Float64Array.of(...indefinite.values, 1),
    }
    // 1 + 4 = 5: [5 3; 3 5] b = [1; 1] gives 1/8 each; 1 + 1 and 1 + 2 are not enough
    expect([...ridgeSolver({ gram: both, targets, neighbours: 2 })(2).weights]).toEqual([
      expect.closeTo(0.125, 12),
      expect.closeTo(0.125, 12),
    ])
  })

  test('columns by target become weights by history item', () => {
    const weights = byHistoryItem(3, [
      { items: Int32Array.of(1, 2), weights: Float64Array.of(0.5, 0.25) },
      { items: Int32Array.of(), weights: Float64Array.of() },
      { items: Int32Array.of(1), weights: Float64Array.of(2) },
    ])
    expect([...weights.starts]).toEqual([0, 0, 2, 3])
    expect([...weights.targets]).toEqual([0, 2, 0])
    expect([...weights.weights]).toEqual([0.5, 2, 0.25])
  })
})
