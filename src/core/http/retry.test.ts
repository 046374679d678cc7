import { describe, expect, test } from 'vitest'
import { pauseBefore, retryAfterMs } from './retry.ts'

describe('pauses', () => {
  const policy = { retries: 5, pauseMs: 500, maxPauseMs: 60_000 }

  test('double from try to try, half of each left to chance, up to the longest', () => {
    const at = (attempt: number, draw: number) => pauseBefore(attempt, { policy, retryAfterMs: null, draw })
    expect([1, 2, 3].map((attempt) => at(attempt, 0))).toEqual([250, 500, 1000])
    expect(at(1, 0.5)).toBe(375)
    expect(at(20, 0)).toBe(30_000)
  })

  test('are never shorter than what the service asks for, unless that is too long', () => {
    expect(pauseBefore(1, { policy, retryAfterMs: 4000, draw: 0 })).toBe(4000)
    expect(pauseBefore(1, { policy, retryAfterMs: 4000, draw: 0.5 })).toBe(5000)
    expect(pauseBefore(1, { policy, retryAfterMs: 9_000_000, draw: 0 })).toBe(60_000)
  })

  test('are read as seconds or as a date', () => {
    const now = Date.parse('2025-11-10T16:20:00Z')
    expect(retryAfterMs('7', now)).toBe(7000)
    expect(retryAfterMs('Mon, 10 Nov 2025 16:20:03 GMT', now)).toBe(3000)
    expect(retryAfterMs('Mon, 10 Nov 2025 16:00:00 GMT', now)).toBe(0)
    expect(retryAfterMs('soon', now)).toBeNull()
    expect(retryAfterMs(null, now)).toBeNull()
  })
})
