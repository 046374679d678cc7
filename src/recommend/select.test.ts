import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Choosable, type SelectionSettings, select } from './select.ts'

const unlike = () => 0
const settings: SelectionSettings = { limit: 4, diversity: 0, exploration: 0, seed: 1 }
const list = (...scores: readonly number[]): Choosable[] =>
  scores.map((rankScore) => ({ rankScore, isExplored: false }))
const explored = (...scores: readonly number[]): Choosable[] =>
  scores.map((rankScore) => ({ rankScore, isExplored: true }))

describe('choosing from a shortlist', () => {
  test('is by score where there is neither diversity nor exploration', () => {
    const slots = select(list(5, 4, 3, 2, 1), unlike, settings)
    expect(slots.map(({ choice, propensity, by }) => [choice, propensity, by])).toEqual([
      [0, 1, 'score'],
      [1, 1, 'score'],
      [2, 1, 'score'],
      [3, 1, 'score'],
    ])
  })

  test('with diversity takes what is unlike the slots above: worked by hand', () => {
    // 0 and 1 are alike. After 0: 1 gives .5 x .9 - .5 x 1 = -.05, 2 gives .5 x .5 - 0 = .25.
    const alike = (a: number, b: number) => (a + b === 1 ? 1 : 0)
    const slots = select(list(10, 9, 5), alike, { ...settings, diversity: 0.5 })
    expect(slots.map(({ choice, by }) => [choice, by])).toEqual([
      [0, 'score'],
      [2, 'diversity'],
      [1, 'score'],
    ])
  })

  test('draws the last slot with the propensities that it logs', () => {
    const shortlist = [...list(9, 8, 7, 6, 5), ...explored(2, 1)]
    const counts = new Map<number, number>()
    const logged = new Map<number, number>()
    const draws = 20_000
    for (let seed = 0; seed < draws; seed += 1) {
      const slots = select(shortlist, unlike, { ...settings, exploration: 0.3, seed })
      expect(slots.slice(0, 3).map(({ choice, propensity }) => [choice, propensity])).toEqual([
        [0, 1],
        [1, 1],
        [2, 1],
      ])
      const last = slots[3]
      if (last === undefined) throw new Error('no last slot')
      counts.set(last.choice, (counts.get(last.choice) ?? 0) + 1)
      logged.set(last.choice, last.propensity)
    }
    expect([...logged].toSorted(([a], [b]) => a - b)).toEqual([
      [3, 0.7],
      [5, 0.15],
      [6, 0.15],
    ])
    // 5 standard deviations of a share of 20,000 draws are below .017.
    for (const [choice, propensity] of logged) {
      expect(Math.abs((counts.get(choice) ?? 0) / draws - propensity)).toBeLessThan(0.017)
    }
  })

  test('of one that is best and may be explored the propensity is of both ways', () => {
    const shortlist = [...list(9, 8, 7), ...explored(6, 5)]
    const slots = select(shortlist, unlike, { ...settings, exploration: 0.4, seed: 3 })
    const last = slots[3]
    expect(last?.choice === 3 ? last.propensity : 0.8).toBeCloseTo(0.8, 12)
  })

  test('what stands above the draw does not depend on what could be drawn', () => {
    const scores = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 6, maxLength: 20 })
    fc.assert(
      fc.property(scores, scores, fc.nat(), (own, others, seed) => {
        const shortlist = list(...own.toSorted((a, b) => b - a))
        const likeness = (a: number, b: number) => ((a * 3 + b * 3) % 7) / 7
        const chosen = { ...settings, diversity: 0.3, exploration: 0.5, seed }
        const above = (all: readonly Choosable[]) => select(all, likeness, chosen).slice(0, 3)
        expect(above([...shortlist, ...explored(...others)])).toEqual(above(shortlist))
      }),
    )
  })

  test('fills the list where scores tell nothing: variety alone counts, and all but one score lie together', () => {
    const shortlist = [
      { rankScore: 5, isExplored: true },
      { rankScore: 4, isExplored: true },
      { rankScore: 5e-324, isExplored: false },
    ]
    const slots = select(shortlist, () => 0, { limit: 3, diversity: 1, exploration: 0, seed: 1 })
    expect(slots.map(({ choice }) => choice).toSorted()).toEqual([0, 1, 2])
  })

  test('shows each at most once, fills what can be filled, and is the same for the same seed', () => {
    const choosable = fc.record({
      rankScore: fc.double({ min: -5, max: 5, noNaN: true }),
      isExplored: fc.boolean(),
    })
    const anySettings = fc.record({
      limit: fc.integer({ min: 1, max: 12 }),
      diversity: fc.double({ min: 0, max: 1, noNaN: true }),
      exploration: fc.double({ min: 0, max: 1, noNaN: true }),
      seed: fc.nat(),
    })
    fc.assert(
      fc.property(fc.array(choosable, { maxLength: 30 }), anySettings, (unsorted, chosen) => {
        const shortlist = unsorted.toSorted((a, b) => b.rankScore - a.rankScore)
        const likeness = (a: number, b: number) => ((a * 7 + b * 7) % 10) / 10
        const slots = select(shortlist, likeness, chosen)
        expect(slots).toHaveLength(Math.min(chosen.limit, shortlist.length))
        expect(new Set(slots.map(({ choice }) => choice)).size).toBe(slots.length)
        for (const { propensity } of slots) expect(propensity >= 0 && propensity <= 1).toBe(true)
        expect(select(shortlist, likeness, chosen)).toEqual(slots)
      }),
    )
  })
})
