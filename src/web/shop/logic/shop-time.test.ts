import { expect, test } from 'vitest'
import { dayInWords, instantAt, placeOf, shopDays, spanInWords } from './shop-time.ts'

const FIRST = Date.UTC(2011, 11, 1, 8)
const NOW = Date.UTC(2011, 11, 9, 12, 50)

test('the slider goes over the starts of days, from the second day on, and ends at now', () => {
  const days = shopDays(FIRST, NOW)
  expect(days).toEqual({ first: Date.UTC(2011, 11, 2), count: 8 })
  expect(instantAt(days, 0)).toBe(Date.UTC(2011, 11, 2))
  expect(instantAt(days, 7)).toBe(Date.UTC(2011, 11, 9))
  expect(instantAt(days, 8)).toBeNull()
  expect([placeOf(days, null), placeOf(days, Date.UTC(2011, 11, 5))]).toEqual([8, 3])
})

test('a shop without a past has now alone', () => {
  const days = shopDays(NOW, NOW)
  expect([days.count, instantAt(days, 0)]).toEqual([0, null])
})

test('says days and spans in words', () => {
  expect(dayInWords(NOW)).toBe('Fri, 9 Dec 2011')
  expect([850, 12_000, 180_000, 5 * 3_600_000, 3 * 86_400_000].map(spanInWords)).toEqual([
    '850 ms',
    '12 s',
    '3 min',
    '5 h',
    '3 days',
  ])
})
