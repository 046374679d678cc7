import { describe, expect, test } from 'vitest'
import type { LineColumns } from '../../line-columns.ts'
import { type Sequences, sequencesOf } from '../../sequences.ts'
import { figuresByDay } from './figures-at.ts'
import { itemTimelines } from './item-timelines.ts'
import { pairFigures } from './pair-figures.ts'
import { segmentShares } from './segment-shares.ts'
import { populationOf, shopperFigures } from './shopper-figures.ts'

/** One shopper: item 0 on days 0, 20 and 50 (the last at half price), item 1 on day 20 in the same order. */
const LINES: LineColumns = {
  orders: Int32Array.of(0, 1, 1, 2),
  atMs: null,
  quantities: Int32Array.of(2, 4, 1, 6),
  priceCents: Int32Array.of(100, 200, 900, 300),
  discountCents: Int32Array.of(0, 0, 0, 150),
}
const HISTORY = { items: Int32Array.of(0, 0, 1, 0), days: Int32Array.of(0, 20, 20, 50), lines: LINES }

/** That shopper and one more, who bought item 0 on day 55. */
const SHOP: Sequences = {
  ...sequencesOf(3, [[0, 0, 1, 0], [0]], [[0, 20, 20, 50], [55]]),
  lines: {
    orders: Int32Array.of(0, 1, 1, 2, 0),
    atMs: null,
    quantities: Int32Array.of(2, 4, 1, 6, 7),
    priceCents: Int32Array.of(100, 200, 900, 300, 400),
    discountCents: Int32Array.of(0, 0, 0, 150, 0),
  },
}

describe('what a shopper did with an item', () => {
  const pairs = pairFigures(HISTORY, 60)

  test('counts, gaps and signals', () => {
    expect(pairs.get(0)).toMatchObject({
      purchases: 3,
      purchases30d: 1,
      purchases90d: 3,
      daysSinceFirst: 60,
      daysSinceLast: 10,
      meanGapDays: 25,
      lastGapDays: 30,
      ordersSinceLast: 0,
      units: 12,
      lastUnits: 6,
      views: Number.NaN,
    })
    expect(pairs.get(0)?.discountedShare).toBeCloseTo(1 / 3, 12)
    expect(pairs.get(0)?.fadedPurchases).toBeCloseTo(0.5 ** 2 + 0.5 ** (40 / 30) + 0.5 ** (10 / 30), 12)
    expect(pairs.get(1)).toMatchObject({ purchases: 1, meanGapDays: Number.NaN, ordersSinceLast: 1 })
    expect(pairs.has(2)).toBe(false)
  })

  test('without days, age is counted in orders', () => {
    const undated = pairFigures({ items: Int32Array.of(5, 6), days: null }, null)
    expect(undated.get(5)).toMatchObject({ daysSinceLast: Number.NaN, purchases30d: 0, ordersSinceLast: 1 })
    expect(undated.get(5)?.fadedPurchases).toBeCloseTo(0.5 ** 0.1, 12)
  })
})

describe('how a shopper shops', () => {
  test('orders, baskets, prices and discounts, these shrunk to those of everybody', () => {
    expect(populationOf(SHOP).discountShare).toBe(6 / 20)
    const figures = shopperFigures(HISTORY, 60, { discountShare: 0.3 })
    expect(figures).toMatchObject({
      orders: 3,
      lines: 4,
      distinctItems: 2,
      tenureDays: 60,
      daysSinceOrder: 10,
      meanOrderGapDays: 25,
      lastBasketSize: 1,
      repeatShare: 0.5,
      medianPriceCents: 300,
      unitsPerLine: 13 / 4,
    })
    expect(figures.discountShare).toBeCloseTo((6 + 5 * 0.3) / (13 + 5), 12)
  })

  test('of a stranger nothing is known', () => {
    const nobody = shopperFigures({ items: new Int32Array(), days: null }, 60, { discountShare: 0.3 })
    expect(nobody).toMatchObject({ orders: 0, lines: 0, daysSinceOrder: Number.NaN, basketSize: Number.NaN })
  })
})

describe('how an item does, as of a day', () => {
  const figuresOf = figuresByDay(itemTimelines(SHOP), null)

  test('nothing of that day or later counts', () => {
    expect(figuresOf(55).of(0)).toMatchObject({
      purchases: 3,
      purchases7d: 1,
      purchases30d: 1,
      purchasesBefore30d: 2,
      purchases90d: 3,
      buyers: 1,
      repeatBuyers: 1,
      meanGapDays: 25,
      daysSinceFirst: 55,
      daysSinceLast: 5,
      unitsPerLine: 4,
      priceCents: 300,
      usualPriceCents: 200,
      discountRatio: 0.5,
      seasonIndex: Number.NaN,
    })
    expect(figuresOf(56).of(0)).toMatchObject({ purchases: 4, buyers: 2, repeatBuyers: 1, priceCents: 400 })
  })

  test('an item that nobody has bought yet has no sales, and no price that anybody knows', () => {
    expect(figuresOf(56).of(2)).toMatchObject({ purchases: 0, purchases7d: 0, priceCents: Number.NaN })
  })

  test('the most bought come first, in the window that is asked for', () => {
    expect([...figuresOf(56).mostBought(90, 10)]).toEqual([0, 1])
    expect([...figuresOf(56).mostBought(7, 10)]).toEqual([0])
    expect([...figuresOf(20).mostBought(90, 10)]).toEqual([0])
  })
})

describe('season', () => {
  /** Item 0 sells 10 a week all year, item 1 so many in the two weeks around day 15 of the year alone. */
  const days = Array.from({ length: 52 }, (_, week) => Array<number>(10).fill(week * 7)).flat()
  const shop = sequencesOf(
    2,
    [days.map(() => 0), Array<number>(100).fill(1), [0]],
    [days, Array<number>(100).fill(15), [0]],
  )

  test('with less than a year there is none', () => {
    expect(figuresByDay(itemTimelines(shop), null)(300).of(1).seasonIndex).toBeNaN()
  })

  test('a year later the seasonal item stands out, and only then', () => {
    const figuresOf = figuresByDay(itemTimelines(shop), null)
    // 100 sales in the kernel against 100 x 28 / 380 expected, both with a prior of 5
    expect(figuresOf(380).of(1).seasonIndex).toBeCloseTo((100 + 5) / (2800 / 380 + 5), 9)
    expect(figuresOf(380).of(0).seasonIndex).toBeCloseTo(1, 0)
    expect(figuresOf(480).of(1).seasonIndex).toBeLessThan(0.6)
  })
})

describe('segments', () => {
  const people = [
    { birthYear: 1990, gender: 'F', location: null },
    { birthYear: 1990, gender: 'M', location: null },
    { birthYear: null, gender: null, location: null },
  ]
  const shares = segmentShares({ ...sequencesOf(2, [[0, 0], [1], [1]]), people })

  test('shares of lines are shrunk step by step from everybody to the person', () => {
    expect([...shares.everybody]).toEqual([1 / 2, 1 / 2])
    const generation = (50 / 2 + 2) / 53
    expect(shares.of(people[0])?.[0]).toBeCloseTo((50 * generation + 2) / 52, 12)
  })

  test('who says nothing has no segment', () => {
    expect(shares.of(people[2])).toBeNull()
    expect(shares.of(undefined)).toBeNull()
  })
})
