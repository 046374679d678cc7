import { describe, expect, test } from 'vitest'
import type { Person } from '../person.ts'
import { sequencesOf } from '../sequences.ts'
import { topItems } from '../top-items.ts'
import { demographics } from './demographics.ts'
import { generationOf } from './generations.ts'

test('generations go by birth year', () => {
  expect([1945, 1946, 1964, 1965, 1981, 1997, 2013, null].map(generationOf)).toEqual([
    'silent',
    'boomer',
    'boomer',
    'x',
    'millennial',
    'z',
    'alpha',
    null,
  ])
})

describe('popularity by segment', () => {
  const older: Person = { birthYear: 1950, gender: 'female', location: 'GB' }
  const younger: Person = { birthYear: 2000, gender: 'male', location: 'GB' }
  // everybody has 0; the older have 1 rather often, the younger 2; as many of both
  const lists = Array.from({ length: 400 }, (_, shopper) => [0, shopper % 2 === 0 ? 1 : 2, 0])
  const people = lists.map((_, shopper) => (shopper % 2 === 0 ? older : younger))
  const training = { sequences: { ...sequencesOf(3, lists), people }, content: null, asOfDay: null }
  const firstTwo = async (person?: Person) => {
    const model = await demographics.fit(training)
    const scores = new Float64Array(3)
    model.score({ items: new Int32Array(), days: null, ...(person === undefined ? {} : { person }) }, scores)
    return [...topItems(scores, 2)]
  }

  test('shoppers without a history get what their generation likes', async () => {
    expect(await firstTwo(older)).toEqual([0, 1])
    expect(await firstTwo(younger)).toEqual([0, 2])
  })

  test('by hand: 200 of the 400 shoppers are of the segment, and all of them have item 1', async () => {
    const model = await demographics.fit(training)
    const nobody = { birthYear: 1950, gender: null, location: null }
    const { base } = model.explain({ items: new Int32Array(), days: null, person: nobody }, 1)
    // only the generation is known, and nobody learnt from is of it alone: everybody's share, so what is popular
    expect(base).toBeCloseTo(200, 9)
    const { base: told } = model.explain({ items: new Int32Array(), days: null, person: older }, 1)
    // the region is everybody, a half; then twice 200 of 200 with 200 shoppers of the wider: 3/4, then 7/8
    expect(told).toBeCloseTo((200 * (7 / 8)) / (1 / 2), 9)
  })

  test('of whom nothing is known gets what is popular', async () => {
    expect(await firstTwo()).toEqual([0, 1])
  })
})
