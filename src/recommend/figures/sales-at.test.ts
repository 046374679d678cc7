import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { productActivity } from '../../catalog/views/product-activity.ts'
import type { TileRow } from '../../compile/tile.ts'
import { DAY_MS, floorTo, HOUR_MS } from '../../core/duration.ts'
import { ItemTable } from '../../models/candidates/item-table.ts'
import { VIEW_WEIGHT, WINDOW_DAYS } from '../../models/candidates/sales-figures.ts'
import { SalesAt } from './sales-at.ts'

const START = Date.UTC(2026, 5, 15)
const SKUS = ['a', 'b', 'c', 'd']
const MEASURES = Object.keys(productActivity.measures)

function tableOf(skus: readonly string[]): ItemTable {
  const items = new ItemTable()
  for (const sku of skus) {
    const category = sku < 'c' ? 'First' : 'Second'
    items.put({ sku, product_name: sku, category, price_cents: 1, currency: 'GBP', updated_at: 1 })
  }
  return items
}

const tile = (sku: string, tileStart: number, purchases: number, views = 0): TileRow => ({
  key: [sku],
  tileStart,
  values: MEASURES.map((name) => (name === 'purchases' ? purchases : name === 'views' ? views : 0)),
})

/** The meaning: every tile of the window, added up. */
const counted = (tiles: readonly TileRow[], sku: string, hour: number, days: number, measure: string) =>
  tiles
    .filter(({ key, tileStart }) => key[0] === sku && tileStart >= hour - days * DAY_MS)
    .reduce((sum, { values }) => sum + Number(values[MEASURES.indexOf(measure)]), 0)

describe('sales at an instant', () => {
  test('are the tiles of each window added up, however tiles come and time goes on', () => {
    const deed = fc.record({
      sku: fc.constantFrom(...SKUS),
      daysAgo: fc.constantFrom(0, 0.5, 1, 6, 7, 29, 30, 89, 90, 351, 365, 380),
      purchases: fc.nat(5),
      views: fc.nat(5),
    })
    const step = fc.oneof(
      deed.map((what) => ({ ...what, hours: 0 })),
      fc.constantFrom(1, 7, 24, 24 * 8, 24 * 40).map((hours) => ({ hours })),
    )
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const tiles: TileRow[] = []
        const items = tableOf(SKUS)
        let hour = START
        const tilesOf = (sku: string) => tiles.filter(({ key }) => key[0] === sku)
        const sales = new SalesAt({ items, tilesOf, hour, end: Number.POSITIVE_INFINITY })
        for (const one of steps) {
          if ('sku' in one) {
            const at = floorTo(hour - one.daysAgo * DAY_MS, HOUR_MS)
            tiles.push(tile(one.sku, at, one.purchases, one.views))
            sales.changed(items.numberOf(one.sku))
          } else {
            hour += one.hours * HOUR_MS
            sales.advance(hour)
          }
          for (const days of WINDOW_DAYS) {
            const weights = SKUS.map((sku) => {
              const bought = counted(tiles, sku, hour, days, 'purchases')
              const seen = counted(tiles, sku, hour, days, 'views')
              expect(sales.purchases(items.numberOf(sku), days)).toBe(bought)
              expect(sales.views(items.numberOf(sku), days)).toBe(seen)
              return { sku, weight: bought + VIEW_WEIGHT * seen }
            })
            const best = weights
              .filter(({ weight }) => weight > 0)
              .toSorted((x, y) => y.weight - x.weight || (x.sku < y.sku ? -1 : 1))
            expect(sales.top(days, 3).map((item) => items.sku(item))).toEqual(
              best.slice(0, 3).map(({ sku }) => sku),
            )
            expect(sales.greatest(days)).toBe(best[0]?.weight ?? 0)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  test('of a category are of its products alone', () => {
    const items = tableOf(SKUS)
    const tiles = [tile('a', START, 1), tile('b', START, 2), tile('c', START, 9)]
    const tilesOf = (sku: string) => tiles.filter(({ key }) => key[0] === sku)
    const sales = new SalesAt({ items, tilesOf, hour: START, end: Number.POSITIVE_INFINITY })
    const first = items.categories.find('First')
    const names = () => sales.topOfCategory(first, 5).map((item) => items.sku(item))
    expect(names()).toEqual(['b', 'a'])
    tiles.push(tile('a', START, 5))
    sales.changed(items.numberOf('a'))
    expect(names()).toEqual(['a', 'b'])
  })

  test('know the season by the same weeks a year ago: worked by hand', () => {
    const items = tableOf(SKUS)
    const day = (daysAgo: number) => START - daysAgo * DAY_MS
    // a: 28 of its 365 purchases of the year in the four weeks: even. b: all 20 of its 20.
    const tiles = [
      ...Array.from({ length: 365 }, (_, index) => tile('a', day(379 - index), 1)),
      tile('b', day(360), 20),
    ]
    const tilesOf = (sku: string) => tiles.filter(({ key }) => key[0] === sku)
    const { season } = new SalesAt({ items, tilesOf, hour: START + HOUR_MS, end: Number.POSITIVE_INFINITY })
    expect(season.hasYear).toBe(true)
    const [a, b, c] = ['a', 'b', 'c'].map((sku) => items.numberOf(sku))
    expect(season.purchases(a ?? -1)).toBe(28)
    expect(season.purchases(b ?? -1)).toBe(20)
    // Category: 48 seen, 385 x 28 / 365 = 29.53 even, 18.47 apart: within 2 x sqrt(3 x 29.53) = 18.83, so it may be chance: 1.
    // a: 28 of 28. b: 20 of 20 x 28 / 365 = 1.5342, beyond 2 x sqrt(3 x 1.5342) = 4.29: (20 + 5) / (1.5342 + 5) = 3.8260.
    expect(season.index(a ?? -1)).toBe(1)
    expect(season.index(b ?? -1)).toBeCloseTo(3.826, 4)
    expect(season.index(c ?? -1)).toBe(1)
    expect(season.top(1)).toEqual([b])
  })

  test('a shop that sold less a year ago than since has no season for that', () => {
    const items = tableOf(SKUS)
    // Of each product 40 in the four weeks, and four times as many a day since.
    const tiles = ['a', 'c'].flatMap((sku) => [
      tile(sku, START - 378 * DAY_MS, 40),
      ...Array.from({ length: 300 }, (_, index) => tile(sku, START - (320 - index) * DAY_MS, 6)),
    ])
    const tilesOf = (sku: string) => tiles.filter(({ key }) => key[0] === sku)
    const earlier = tile('b', START - 390 * DAY_MS, 1)
    const { season } = new SalesAt({
      items,
      tilesOf: (sku) => (sku === 'b' ? [earlier] : tilesOf(sku)),
      hour: START + HOUR_MS,
      end: Number.POSITIVE_INFINITY,
    })
    expect(season.hasYear).toBe(true)
    // Even would be 1840 x 28 / 365 = 141.2, far from 40.
    for (const sku of ['a', 'c']) expect(season.index(items.numberOf(sku))).toBe(1)
  })

  test('know no season with less than a year', () => {
    const items = tableOf(SKUS)
    const tiles = [tile('a', START - 370 * DAY_MS, 9)]
    const tilesOf = (sku: string) => tiles.filter(({ key }) => key[0] === sku)
    const { season } = new SalesAt({ items, tilesOf, hour: START, end: Number.POSITIVE_INFINITY })
    expect([season.hasYear, season.index(0), season.top(5)]).toEqual([false, 1, []])
  })
})
