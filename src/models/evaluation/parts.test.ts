import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/random.ts'
import { historyOf, type Sequences, sequencesOf, shopperCount } from '../sequences.ts'
import { slicesOf } from './slices.ts'
import { nextPeriod } from './split.ts'
import { nextPeriodOfStrangers } from './strangers.ts'
import { tieShuffled } from './tie-shuffle.ts'

const lists = (sequences: Sequences) =>
  Array.from({ length: shopperCount(sequences) }, (_, shopper) => [...historyOf(sequences, shopper).items])

const born = (birthYear: number | null) => ({ birthYear, gender: null, location: null })

describe('slices', () => {
  test('by length of history, by what was cold or had before, by generation', () => {
    const sequences: Sequences = {
      ...sequencesOf(
        4,
        [
          [0, 1],
          [0, 0, 2],
          [1, 0],
          [0, 0],
          [0, 3],
          [0, 0],
        ],
        [
          [0, 9],
          [0, 1, 9],
          [0, 9],
          [0, 9],
          [0, 9],
          [0, 9],
        ],
      ),
      people: [born(1950), born(1990), born(1950), born(null), born(1950), born(1950)],
    }
    const split = nextPeriod({ sequences, content: null }, { cutoffDay: 9, horizonDays: 30 })
    expect(slicesOf(split).map(({ name, users }) => [name, ...users])).toEqual([
      ['new', 0, 2, 3, 4, 5],
      ['light', 1],
      // item 0 has five shoppers before day 9
      ['cold', 0, 1, 4],
      ['warm', 2, 3, 5],
      ['repeat', 3, 5],
      ['explore', 0, 1, 2, 4],
      ['generation:boomer', 0, 2, 4, 5],
      ['generation:millennial', 1],
      ['generation:unknown', 3],
    ])
  })
})

describe('strangers', () => {
  test('everybody who buys in the period is asked once, by models that have seen nothing of them', () => {
    const shoppers = Array.from({ length: 11 }, (_, shopper) => [shopper % 3, 3])
    const sequences = {
      ...sequencesOf(
        4,
        shoppers,
        shoppers.map(() => [0, 9]),
      ),
      people: shoppers.map((_, n) => born(n)),
    }
    const splits = nextPeriodOfStrangers({ sequences, content: null }, { cutoffDay: 9, horizonDays: 5 })
    const asked = splits.flatMap(({ queries }) => queries.people?.map(({ birthYear }) => birthYear) ?? [])
    expect(asked.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from(shoppers.keys()))
    for (const { training, queries } of splits) {
      const learnt = training.sequences.people?.map(({ birthYear }) => birthYear)
      for (const { birthYear } of queries.people ?? []) expect(learnt).not.toContain(birthYear)
      expect(lists(queries).flat()).toEqual([])
      expect(Math.max(...(training.sequences.days ?? []))).toBeLessThan(9)
    }
  })
})

describe('shuffled ties', () => {
  test('stay within their instant, and carry their columns along', () => {
    const items = Array.from({ length: 40 }, (_, entry) => entry)
    const days = items.map((entry) => Math.floor(entry / 10))
    const sequences: Sequences = {
      ...sequencesOf(40, [items], [days]),
      lines: {
        orders: Int32Array.from(days),
        atMs: null,
        quantities: Int32Array.from(items),
        priceCents: null,
        discountCents: null,
      },
    }
    const shuffled = tieShuffled(sequences, seededRandom(1))
    expect([...(shuffled?.items ?? [])]).not.toEqual(items)
    expect([...(shuffled?.items ?? [])].map((item) => Math.floor(item / 10))).toEqual(days)
    expect(shuffled?.lines?.quantities).toEqual(shuffled?.items)
  })

  test('nothing to shuffle where nothing is tied or no time is known', () => {
    expect(tieShuffled(sequencesOf(3, [[0, 1]], [[0, 1]]), seededRandom(1))).toBe(null)
    expect(tieShuffled(sequencesOf(3, [[0, 1]]), seededRandom(1))).toBe(null)
  })
})
