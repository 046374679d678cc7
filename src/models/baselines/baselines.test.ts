import { describe, expect, test } from 'vitest'
import { demographics } from '../demographics/demographics.ts'
import { recommenderContract } from '../recommender.contract.ts'
import { sequencesOf } from '../sequences.ts'
import { EASE_MAX_ITEMS, ease } from './ease.ts'
import { itemKnn } from './item-knn.ts'
import { frequency, recent } from './personal.ts'
import { popular, popularity } from './popular.ts'

recommenderContract(popular, { firstForStranger: 0, firstForRepeater: 0, completesTheColour: false })
recommenderContract(frequency, { firstForStranger: 0, firstForRepeater: 2, completesTheColour: false })
recommenderContract(recent, { firstForStranger: 0, firstForRepeater: 2, completesTheColour: false })
recommenderContract(itemKnn, { firstForStranger: 0, firstForRepeater: 0, completesTheColour: true })

recommenderContract(ease, { firstForStranger: 0, firstForRepeater: 0, completesTheColour: true })
recommenderContract(demographics, { firstForStranger: 0, firstForRepeater: 0, completesTheColour: false })

describe('ease', () => {
  test('by hand: two items that both shoppers have, ridge 500', async () => {
    const model = await ease.fit({
      sequences: sequencesOf(2, [
        [0, 1],
        [1, 0],
      ]),
      content: null,
      asOfDay: null,
    })
    const scores = new Float64Array(2)
    model.score({ items: Int32Array.of(0, 0), days: null }, scores)
    // (X'X + 500 I) = [[502, 2], [2, 502]]; its inverse is [[502, -2], [-2, 502]] / det, so B01 = 2 / 502
    expect(scores[0]).toBe(0)
    expect(scores[1]).toBeCloseTo(2 / 502, 12)
  })

  test('refuses a catalogue that it cannot hold, and says what to take', async () => {
    const sequences = sequencesOf(EASE_MAX_ITEMS + 1, [[0]])
    await expect(ease.fit({ sequences, content: null, asOfDay: null })).rejects.toThrow(
      'item-knn or affinity',
    )
  })
})

describe('popularity', () => {
  const sequences = sequencesOf(3, [[0, 0, 1], [2]], [[1, 2, 40], [69]])

  test('counts the events of the last 30 days before the as-of', () => {
    expect([...popularity({ sequences, content: null, asOfDay: 70 })]).toEqual([0, 1, 1])
    expect([...popularity({ sequences, content: null, asOfDay: 71 })]).toEqual([0, 0, 1])
  })

  test('counts all events where the last 30 days have none, or no time is known', () => {
    expect([...popularity({ sequences, content: null, asOfDay: 200 })]).toEqual([2, 1, 1])
    expect([...popularity({ sequences, content: null, asOfDay: null })]).toEqual([2, 1, 1])
  })
})

describe('personal baselines', () => {
  const training = {
    sequences: sequencesOf(4, [[3, 3, 3], [1], [2, 2], [0]]),
    content: null,
    asOfDay: null,
  }
  const scored = async (recommender: typeof frequency, items: readonly number[]) => {
    const scores = new Float64Array(4)
    const model = await recommender.fit(training)
    model.score({ items: Int32Array.from(items), days: null }, scores)
    return [...scores]
  }

  test('frequency counts, and popularity over (greatest + 1) decides among equals', async () => {
    expect(await scored(frequency, [0, 2, 0])).toEqual([2.25, 0.25, 1.5, 0.75])
  })

  test('recent takes the last position', async () => {
    expect(await scored(recent, [0, 2, 0])).toEqual([3.25, 0.25, 2.5, 0.75])
  })
})
