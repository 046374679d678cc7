import { expect, test } from 'vitest'
import { groupsOf } from './segment-groups.ts'
import { lift } from './segment-lift.ts'

test('a group that bought three times what is expected stands out, shrunk by ten purchases', () => {
  expect(lift(90, 30)).toBe(100 / 40)
  expect(lift(0, 90)).toBe(10 / 100)
})

test('what may be chance does not: 1.75 deviations of purchases that come in threes', () => {
  // 1.75 x sqrt(3 x 27) = 15.75
  expect(lift(40, 27)).toBe(1)
  expect(lift(43, 27)).toBeGreaterThan(1)
  expect(lift(1, 0.1)).toBe(1)
  expect(lift(0, 0)).toBe(1)
})

test('groups are those of what is known: generation, gender, country, region, and the first two at once', () => {
  const words = (generation: string, gender: string, region: string) =>
    groupsOf({ generation, gender, region }).map((group) => group.words)
  expect(words('gen_z', 'female', 'GB-ENG')).toEqual([
    'people of your generation',
    'women',
    'people in GB',
    'people in GB-ENG',
    'women of your generation',
  ])
  expect(words('unknown', 'other', 'FR')).toEqual(['people in FR'])
  expect(words('unknown', 'unknown', 'unknown')).toEqual([])
  const [, , country] = groupsOf({ generation: 'gen_z', gender: 'male', region: 'GB' })
  expect(country?.holds({ generation: 'boomers', gender: 'female', region: 'GB-SCT' })).toBe(true)
})
