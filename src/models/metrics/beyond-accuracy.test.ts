import { describe, expect, test } from 'vitest'
import { sequencesOf } from '../sequences.ts'
import { beyondAccuracy, divergence } from './beyond-accuracy.ts'

// of 4 shoppers all have item 0, two have item 1, one has item 2, nobody item 3
const training = sequencesOf(4, [[0, 0, 1], [0, 1], [0, 2], [0]])

describe('beside accuracy', () => {
  test('by hand', () => {
    const content = {
      titles: ['', '', '', ''],
      attributes: [[1, 2], [2, 3], [9], [1]],
      categories: ['a/x', 'a/x', 'b/y', null],
    }
    const measured = beyondAccuracy({
      k: 2,
      training,
      queries: sequencesOf(4, [[0], [2]]),
      targets: [new Set([1]), new Set([1, 0])],
      content,
      lists: [Int32Array.of(0, 1, 3), Int32Array.of(1, 2)],
    })
    // lists of two: {everybody, half}, {half, a quarter}: 0, 1 bits and 1, 2 bits
    expect(measured.novelty).toBe((0.5 + 1.5) / 2)
    // {1, 2} and {2, 3} share one of three; {2, 3} and {9} none
    expect(measured.diversity).toBeCloseTo((2 / 3 + 1) / 2, 12)
    // the first list is all a/x like its history; the second half of it, where the history is b/y alone
    const half = divergence(
      new Map([['b/y', 1]]),
      new Map([
        ['a/x', 0.5],
        ['b/y', 0.5],
      ]),
    )
    expect(measured.calibration).toBeCloseTo((0 + half) / 2, 12)
    // shown: (.75 + .375) / 2; right: (.5 + .75) / 2
    expect(measured.popularityBias).toBeCloseTo(0.5625 / 0.625, 12)
  })

  test('without content there is no diversity or calibration to tell', () => {
    const lists = [Int32Array.of(0)]
    const of = {
      k: 1,
      training,
      queries: sequencesOf(4, [[0]]),
      targets: [new Set([0])],
      content: null,
      lists,
    }
    expect(beyondAccuracy(of)).toMatchObject({ diversity: null, calibration: null, novelty: 0 })
  })

  test('the divergence is 0 for equal shares and 1 for nothing in common', () => {
    expect(divergence(new Map([['a', 1]]), new Map([['a', 1]]))).toBe(0)
    expect(divergence(new Map([['a', 1]]), new Map([['b', 1]]))).toBe(1)
  })
})
