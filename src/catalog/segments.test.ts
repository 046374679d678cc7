import { describe, expect, test } from 'vitest'
import type { LoggedRecord, RecordValue } from '../algebra/source.ts'
import { evaluateWord } from '../compile/inprocess/evaluate.ts'
import { naiveTiles } from '../compile/inprocess/naive.ts'
import { planView } from '../compile/plan.ts'
import { catalog } from './catalog.ts'
import { genderOf, generationOf, regionOf } from './segments.ts'
import { segmentProduct } from './views/segment-product.ts'

const T0 = Date.UTC(2026, 0, 5)
const DAY = 24 * 60 * 60 * 1000
const generation = (version: RecordValue) => evaluateWord(generationOf, { updated_at: T0, ...version })

describe('the segment of a version of a customer', () => {
  test.each([
    [1945, 'silent'],
    [1946, 'boomers'],
    [1964, 'boomers'],
    [1965, 'gen_x'],
    [1980, 'gen_x'],
    [1981, 'millennials'],
    [1996, 'millennials'],
    [1997, 'gen_z'],
    [2012, 'gen_z'],
    [2013, 'alpha'],
  ])('born in %i is %s', (birth_year, expected) => {
    expect(generation({ birth_year })).toBe(expected)
  })

  test('an age counts back half a year more from the instant of the version, and the year of birth beats it', () => {
    // Thirty on 5 January 2026: born around July 1995. Twenty-nine: around July 1996; twenty-eight: 1997.
    expect(generation({ age: 30 })).toBe('millennials')
    expect(generation({ age: 29 })).toBe('millennials')
    expect(generation({ age: 28 })).toBe('gen_z')
    expect(generation({ age: 28, updated_at: Date.UTC(2020, 0, 5) })).toBe('millennials')
    expect(generation({ age: 130 })).toBe('silent')
    expect(generation({ age: 0 })).toBe('alpha')
    expect(generation({ age: 28, birth_year: 1950 })).toBe('boomers')
    expect(generation({})).toBe('unknown')
  })

  test('gender by common spellings, whatever else is stated is other, nothing stated is unknown', () => {
    const texts = ['F', 'Woman', 'male', 'M', 'non-binary', 'FEMALE ', '']
    expect(texts.map((gender) => evaluateWord(genderOf, { gender }))).toEqual([
      'female',
      'female',
      'male',
      'male',
      'other',
      'other',
      'other',
    ])
    expect(evaluateWord(genderOf, { gender: null })).toBe('unknown')
    expect(evaluateWord(regionOf, { location: 'US-CA' })).toBe('US-CA')
    expect(evaluateWord(regionOf, {})).toBe('unknown')
  })
})

describe('what segments buy', () => {
  const version = (offset: number, updated_at: number, demographics: boolean, more: RecordValue) => ({
    topic: 'customers',
    partition: 0,
    offset,
    loggedAt: T0 + 9 * DAY,
    value: {
      customer_id: 'ann',
      consent: { personalisation: true, demographics, training: false },
      updated_at,
      ...more,
    },
  })
  const bought = (offset: number, ordered_at: number) => ({
    topic: 'orders',
    partition: 0,
    offset,
    loggedAt: ordered_at,
    value: {
      order_id: `o${offset}`,
      line_no: 1,
      customer_id: 'ann',
      sku: 'mug',
      quantity: 1,
      price_cents: 500,
      price_discount_cents: 0,
      currency: 'GBP',
      ordered_at,
    },
  })
  const orders = [bought(0, T0 - 1), bought(1, T0), bought(2, T0 + 2 * DAY), bought(3, T0 + 3 * DAY)]
  const keys = (records: readonly LoggedRecord[]) =>
    naiveTiles(planView(segmentProduct, catalog.horizon), records)
      .map(({ key, tileStart }) => `${key.join(' ')} +${(tileStart - T0) / DAY}d`)
      .toSorted()

  test('is counted in the segment at the instant of the event, from the first version on', () => {
    // The later version came first.
    const versions = [
      version(0, T0 + 3 * DAY, true, { location: 'FR' }),
      version(1, T0, true, { location: 'GB' }),
    ]
    expect(keys([...orders, ...versions])).toEqual([
      'unknown unknown FR mug +3d',
      'unknown unknown GB mug +0d',
      'unknown unknown GB mug +2d',
    ])
  })

  test('is counted of nobody whose last word refuses, also for the time before, and counts again once they agree', () => {
    const agreed = version(0, T0, true, { location: 'GB' })
    const refused = version(1, T0 + 5 * DAY, false, { location: 'GB' })
    const again = version(2, T0 + 6 * DAY, true, { location: 'GB' })
    const gone = version(3, T0 + 7 * DAY, true, { location: 'GB', deleted: true })
    expect(keys([...orders, agreed, refused])).toEqual([])
    expect(keys([...orders, agreed, refused, again])).toHaveLength(3)
    expect(keys([...orders, agreed, refused, again, gone])).toEqual([])
    expect(keys(orders)).toEqual([])
  })
})
