import { describe, expect, test } from 'vitest'
import { orderFigures } from './order-count.ts'
import { pathsOf, preferencesOf } from './preferences.ts'
import { bySku, segmentsAbove, shrunkShare } from './segment-share.ts'
import { usualPriceCents } from './usual-price.ts'
import { wishlistOf } from './wishlist.ts'

/** A row of a histogram: lines, sum of their prices. */
const priced = (bucket: number, lines: number, cents: number) => ({
  key: ['mug', String(bucket)],
  values: [lines, cents],
})

describe('the usual price', () => {
  test('is the price of the middle line, not the mean of all', () => {
    expect(usualPriceCents([priced(500, 3, 1500), priced(9000, 2, 18_200)])).toBe(500)
    expect(usualPriceCents([priced(500, 2, 1000), priced(9000, 3, 27_300)])).toBe(9100)
  })

  test('of an even number is the cheaper of the two in the middle', () => {
    expect(usualPriceCents([priced(900, 1, 900), priced(500, 1, 510)])).toBe(510)
  })

  test('inside a bucket of several prices is their rounded mean; tiles of a bucket add up', () => {
    expect(usualPriceCents([priced(500, 1, 500), priced(500, 2, 1049)])).toBe(516)
  })

  test('of nothing is null', () => {
    expect(usualPriceCents([])).toBeNull()
  })
})

test('an order counts once, over several days and with several lines, and not if it only came back', () => {
  const rows = [
    { key: ['c:ann', 'o1'], values: [2, 5] },
    { key: ['c:ann', 'o1'], values: [0, -1] },
    { key: ['c:ann', 'o2'], values: [1, 1] },
    { key: ['c:ann', 'r9'], values: [0, -2] },
  ]
  expect(orderFigures(rows)).toEqual({ orders: 2, lines: 3, units: 3 })
})

test('a wishlist holds what was added last and not removed since, newest first', () => {
  const said = (sku: string, word: string, at: number) => ({ key: ['c:ann', sku], values: [[{ word, at }]] })
  expect(
    wishlistOf([
      said('mug', 'wish', 1),
      said('pot', 'wish', 5),
      said('jug', 'wish', 2),
      said('jug', 'unwish', 3),
      said('tea', 'unwish', 1),
      said('tea', 'wish', 9),
      { key: ['c:ann', 'cup'], values: [[]] },
    ]),
  ).toEqual([
    { sku: 'tea', at: 9 },
    { sku: 'pot', at: 5 },
    { sku: 'mug', at: 1 },
  ])
})

describe('preferences', () => {
  // views, carts, wishes, unwishes, purchases, units
  const rows = [
    { key: ['c:ann', 'mug'], values: [2, 1, 0, 0, 1, 3] },
    { key: ['c:ann', 'pot'], values: [1, 0, 0, 0, 0, 0] },
    { key: ['c:ann', 'gone'], values: [9, 9, 9, 9, 9, 9] },
  ]
  const kinds = new Map([
    ['mug', { category: 'Home/Mugs', brand: 'Acme' }],
    ['pot', { category: 'Home/Pots' }],
  ])

  test('roll up to every category above a product and to its brand, beside what is stated', () => {
    const stated = { categories: ['Garden', 'Home'], brands: ['Zeta'] }
    const { categories, brands } = preferencesOf(rows, (sku) => kinds.get(sku), stated)
    expect(Object.fromEntries(categories)).toEqual({
      Garden: { weight: 0, isStated: true },
      Home: { weight: 11, isStated: true },
      'Home/Mugs': { weight: 10, isStated: false },
      'Home/Pots': { weight: 1, isStated: false },
    })
    expect(Object.fromEntries(brands)).toEqual({
      Zeta: { weight: 0, isStated: true },
      Acme: { weight: 10, isStated: false },
    })
  })

  test('an empty path is no category', () => {
    expect(pathsOf('')).toEqual([])
  })
})

describe('the share of a product in a segment', () => {
  // views, purchases, units
  const rows = [
    { key: ['gen_z', 'female', 'GB', 'mug'], values: [0, 3, 3] },
    { key: ['gen_z', 'male', 'GB', 'mug'], values: [0, 1, 1] },
    { key: ['gen_z', 'male', 'FR', 'pot'], values: [0, 4, 4] },
    { key: ['boomers', 'male', 'FR', 'pot'], values: [0, 2, 2] },
  ]

  test('rolls up from people of one region to a generation and to everybody', () => {
    const levels = segmentsAbove({ generation: 'gen_z', gender: 'female', region: 'GB' })
    expect(levels.map((segment) => Object.fromEntries(bySku(rows, segment, 1)))).toEqual([
      { mug: 3 },
      { mug: 4 },
      { mug: 4, pot: 4 },
      { mug: 4, pot: 6 },
    ])
  })

  test('is shrunk to the share above; hand-worked', () => {
    expect(shrunkShare([{ of: 4, all: 10 }])).toBe(0.4)
    // Above: 0.4. Here: (50 + 50 x 0.4) / (50 + 50).
    expect(
      shrunkShare([
        { of: 50, all: 50 },
        { of: 4, all: 10 },
      ]),
    ).toBeCloseTo(0.7, 12)
    expect(
      shrunkShare([
        { of: 0, all: 0 },
        { of: 0, all: 0 },
      ]),
    ).toBe(0)
  })
})
