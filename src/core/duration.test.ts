import { expect, test } from 'vitest'
import { DAY_MS, type Duration, durationMs, floorTo } from './duration.ts'

test('durations are whole numbers of seconds, minutes, hours or days', () => {
  expect(durationMs('90s')).toBe(90_000)
  expect(durationMs('5m')).toBe(300_000)
  expect(durationMs('365d')).toBe(365 * DAY_MS)
  for (const wrong of ['0d', '1.5h', '-1d', '1e3s'])
    expect(() => durationMs(wrong as Duration)).toThrow(/is not a duration/)
})

test('a tile starts at its instant minus the rest', () => {
  expect(floorTo(DAY_MS + 5, DAY_MS)).toBe(DAY_MS)
  expect(floorTo(DAY_MS, DAY_MS)).toBe(DAY_MS)
  expect(floorTo(0, DAY_MS)).toBe(0)
})
