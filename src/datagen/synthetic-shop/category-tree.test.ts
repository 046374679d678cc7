import { describe, expect, test } from 'vitest'
import { LEAVES, type Leaf, seasonTimes } from './category-tree.ts'

describe('the category tree', () => {
  test('every category is completed by one that exists, and prefixes are unique', () => {
    const prefixes = LEAVES.map(({ prefix }) => prefix)
    expect(new Set(prefixes).size).toBe(LEAVES.length)
    expect(LEAVES.filter(({ completedBy }) => !prefixes.includes(completedBy))).toEqual([])
  })

  test('demand is highest on the peak day, goes round the turn of the year and falls back to the usual', () => {
    const leaf = { season: { peakDay: 360, times: 3 } } as Leaf
    expect(seasonTimes(leaf, 360)).toBe(3)
    expect(seasonTimes(leaf, 16)).toBeCloseTo(1 + 2 * Math.exp(-1), 10)
    expect(seasonTimes(leaf, 180)).toBeCloseTo(1, 10)
  })
})
