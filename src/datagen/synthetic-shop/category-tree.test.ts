import { describe, expect, test } from 'vitest'
import { dayOfYear, LEAVES, leavesOf, seasonTimes } from './category-tree.ts'

describe('the category tree', () => {
  test('every category is completed by one that exists, and prefixes are unique', () => {
    const prefixes = LEAVES.map(({ prefix }) => prefix)
    expect(new Set(prefixes).size).toBe(LEAVES.length)
    expect(LEAVES.filter(({ completedBy }) => !prefixes.includes(completedBy))).toEqual([])
  })

  test('demand is highest on the peak day, goes round the turn of the year and falls back to the usual', () => {
    const season = { peakDay: 360, times: 3 }
    expect(seasonTimes(season, 360)).toBe(3)
    expect(seasonTimes(season, 16)).toBeCloseTo(1 + 2 * Math.exp(-1), 10)
    expect(seasonTimes(season, 180)).toBeCloseTo(1, 10)
    expect(seasonTimes(undefined, 360)).toBe(1)
  })

  test('the day of the year is right to a day', () => {
    for (const year of [2023, 2024, 2025, 2026]) {
      expect(Math.abs(dayOfYear(Date.UTC(year, 11, 26)) - 360)).toBeLessThanOrEqual(1)
      expect(Math.abs(dayOfYear(Date.UTC(year, 3, 10)) - 100)).toBeLessThanOrEqual(1)
    }
  })

  test('a bare tree has the same categories and nothing planted', () => {
    const bare = leavesOf({ products: 1, customers: 1, days: 1, seed: 1, endAt: 0, plant: 'none' })
    expect(bare.map(({ path }) => path)).toEqual(LEAVES.map(({ path }) => path))
    expect(bare.filter((leaf) => 'season' in leaf || 'audience' in leaf || 'usedUpDays' in leaf)).toEqual([])
  })
})
