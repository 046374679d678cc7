import { describe, expect, test } from 'vitest'
import { catalog } from '../catalog/catalog.ts'
import { productActivity } from '../catalog/views/product-activity.ts'
import { productPrice } from '../catalog/views/product-price.ts'
import { shopperRecent } from '../catalog/views/shopper-recent.ts'
import { DAY_MS, HOUR_MS } from '../core/duration.ts'
import { mergeParts, windowOfTiles } from './merge-tiles.ts'
import { planView } from './plan.ts'

const { horizon } = catalog

describe('a window of tiles', () => {
  test('adds sums, over tiles that begin inside the span alone', () => {
    const plan = planView(productActivity, horizon)
    const tile = (tileStart: number, views: number) => ({
      key: ['mug'],
      tileStart,
      values: [views, 0, 0, 0, 0, 0, 0],
    })
    const tiles = [tile(0, 1), tile(HOUR_MS, 10), tile(2 * HOUR_MS, 100), tile(3 * HOUR_MS, 1000)]
    expect(windowOfTiles(plan, tiles, { from: HOUR_MS, to: 3 * HOUR_MS })).toEqual([
      { key: ['mug'], values: [110, 0, 0, 0, 0, 0, 0] },
    ])
  })

  test('takes the least and the greatest, nulls left out', () => {
    const plan = planView(productPrice, horizon)
    const tiles = [
      { key: ['mug'], tileStart: 0, values: [500, 900, null] },
      { key: ['mug'], tileStart: DAY_MS, values: [400, 700, 700] },
      { key: ['jug'], tileStart: DAY_MS, values: [null, null, null] },
    ]
    expect(windowOfTiles(plan, tiles, { from: 0, to: 2 * DAY_MS })).toEqual([
      { key: ['mug'], values: [400, 900, 700] },
      { key: ['jug'], values: [null, null, null] },
    ])
  })

  test('puts the entries of later tiles first, and cuts', () => {
    const plan = planView({ ...shopperRecent, measures: { recent: { ...onlyMeasure(), limit: 3 } } }, horizon)
    const tiles = [
      { key: ['c:ann'], tileStart: 0, values: [[entry('b', 2), entry('a', 1)]] },
      { key: ['c:ann'], tileStart: DAY_MS, values: [[entry('d', DAY_MS + 1), entry('c', DAY_MS)]] },
    ]
    expect(windowOfTiles(plan, tiles, { from: 0, to: 2 * DAY_MS })).toEqual([
      { key: ['c:ann'], values: [[entry('d', DAY_MS + 1), entry('c', DAY_MS), entry('b', 2)]] },
    ])
  })
})

test('parts of one tile that were counted apart come together', () => {
  const plan = planView(productPrice, horizon)
  const parts = [
    { key: ['mug'], tileStart: 0, values: [500, 900, null] },
    { key: ['mug'], tileStart: DAY_MS, values: [1, 1, 1] },
    { key: ['mug'], tileStart: 0, values: [600, 950, 600] },
  ]
  expect(mergeParts(plan, parts)).toEqual([
    { key: ['mug'], tileStart: 0, values: [500, 950, 600] },
    { key: ['mug'], tileStart: DAY_MS, values: [1, 1, 1] },
  ])
})

const entry = (word: string, at: number) => ({ word, at })

function onlyMeasure() {
  const [measure] = Object.values(shopperRecent.measures)
  if (measure?.kind !== 'latest') throw new Error('bug: shopper_recent has another measure')
  return measure
}
