import { describe, expect, test } from 'vitest'
import type { LoggedRecord, RecordValue } from '../../algebra/source.ts'
import { catalog } from '../../catalog/catalog.ts'
import { products } from '../../catalog/events/products.ts'
import { successionPairs, togetherPairs } from '../../catalog/pairs/sequence-pairs.ts'
import { interactions } from '../../catalog/streams/interactions.ts'
import { productActivity } from '../../catalog/views/product-activity.ts'
import { shopperRecent } from '../../catalog/views/shopper-recent.ts'
import { DAY_MS, HOUR_MS } from '../../core/duration.ts'
import { countingRules } from '../admission.ts'
import { planPairs, planView } from '../plan.ts'
import { holds } from './evaluate.ts'
import { naiveTiles } from './naive.ts'
import { naivePairs } from './naive-pairs.ts'
import { streamRows } from './rows.ts'

const T0 = Date.UTC(2026, 0, 5)
const { horizon } = catalog

function order(offset: number, fields: RecordValue, at = T0, loggedAt = at): LoggedRecord {
  const value = {
    order_id: `o${offset}`,
    line_no: 1,
    customer_id: 'ann',
    sku: 'mug',
    quantity: 1,
    price_cents: 500,
    price_discount_cents: 0,
    currency: 'GBP',
    ordered_at: at,
    ...fields,
  }
  return { topic: 'orders', partition: 0, offset, loggedAt, value }
}

function click(offset: number, event: string, skus: readonly string[], at = T0): LoggedRecord {
  const items = skus.map((item_id) => ({ item_id }))
  const value = { event_id: `e${offset}`, event, occurred_at: at, session_id: 's1', payload: { items } }
  return { topic: 'clickstream', partition: 0, offset, loggedAt: at, value }
}

describe('the meaning of a view', () => {
  test('counts and sums per key and hour, returns taken off, hand-worked', () => {
    const records = [
      order(1, { quantity: 3, price_discount_cents: 100 }),
      order(2, { quantity: -1 }, T0 + HOUR_MS - 1),
      order(3, { quantity: 2 }, T0 + HOUR_MS),
      click(1, 'view_item', ['mug', 'jug']),
      click(2, 'login', []),
    ]
    const tiles = naiveTiles(planView(productActivity, horizon), records)
    // views, carts, wishes, purchases, returns, units, revenue_cents
    expect(tiles).toEqual([
      { key: ['mug'], tileStart: T0, values: [1, 0, 0, 1, 1, 2, 700] },
      { key: ['mug'], tileStart: T0 + HOUR_MS, values: [0, 0, 0, 1, 0, 2, 1000] },
      { key: ['jug'], tileStart: T0, values: [1, 0, 0, 0, 0, 0, 0] },
    ])
  })

  test('of two records with one id the first by offset counts, whichever comes first in time', () => {
    const records = [
      order(9, { order_id: 'x', quantity: 5 }, T0),
      order(4, { order_id: 'x', quantity: 2 }, T0 + 1),
    ]
    const { rows } = streamRows(interactions, records, horizon)
    expect(rows.map((row) => row['quantity'])).toEqual([2])
  })

  test('refuses with the first reason that holds, and a refused record does not shadow a good one', () => {
    const records = [
      order(1, { order_id: 'x', quantity: 100_001 }),
      order(2, { order_id: 'x' }),
      order(3, { sku: 'a b' }),
      order(4, { sku: null }),
      order(5, { quantity: 100_000, price_cents: 1_000_000_000 }),
      order(6, {}, T0, T0 + 7 * DAY_MS + 1),
      order(7, {}, T0 + 300_001, T0),
      click(1, 'dance', []),
      click(2, 'view_item', ['ok', 'not ok']),
    ]
    const { rows, refusals } = streamRows(interactions, records, horizon)
    expect(refusals.map(({ topic, offset, item, reason }) => [topic, offset, item, reason])).toEqual([
      ['orders', 1, -1, 'out_of_range'],
      ['orders', 3, -1, 'bad_id'],
      ['orders', 4, -1, 'missing_field'],
      ['orders', 5, -1, 'line_value_out_of_range'],
      ['orders', 6, -1, 'too_late'],
      ['orders', 7, -1, 'from_future'],
      ['clickstream', 1, -1, 'unknown_word'],
      ['clickstream', 2, 1, 'bad_id'],
    ])
    expect(rows.map((row) => [row['shopper'], row['sku'], row['action']])).toEqual([
      ['c:ann', 'mug', 'purchase'],
      ['s:s1', 'ok', 'view'],
    ])
  })

  test('latest keeps the last rows by (at, topic, partition, offset, item), newest first', () => {
    const records = [click(1, 'view_item', ['b', 'a'], T0 + 5), click(2, 'add_to_cart', ['c'], T0 + 4)]
    expect(naiveTiles(planView(shopperRecent, horizon), records)).toEqual([
      {
        key: ['s:s1'],
        tileStart: T0,
        values: [
          [
            { word: 'a', at: T0 + 5 },
            { word: 'b', at: T0 + 5 },
            { word: 'c', at: T0 + 4 },
          ],
        ],
      },
    ])
  })
})

describe('the meaning of a pair statistic', () => {
  const records = ['a', 'b', 'a'].map((sku, index) => order(index, { sku }, T0 + index))

  test('ordered pairs add the weight of their gap', () => {
    const sums = naivePairs(planPairs(successionPairs, horizon), records)
    // k[1] = w_p[0] w_f[0] = 1000 x 1000; k[2] = w_p[0] w_f[1] + w_p[1] w_f[0] = 1000 x 513 + 779 x 1000
    expect(sums).toEqual([
      { left: 'a', right: 'b', weight: 1_000_000 },
      { left: 'a', right: 'a', weight: 1_292_000 },
      { left: 'b', right: 'a', weight: 1_000_000 },
    ])
  })

  test('together counts owners once, the diagonal too', () => {
    const sums = naivePairs(planPairs(togetherPairs, horizon), records)
    expect(sums.map(({ left, right, weight }) => `${left}${right}${weight}`).toSorted()).toEqual([
      'aa1',
      'ab1',
      'ba1',
      'bb1',
    ])
  })
})

test('an entity may come late, but not from the future', () => {
  const lateBy = (ms: number) =>
    countingRules(products, horizon).filter((rule) =>
      holds(rule.refusedWhen, { updated_at: T0, logged_at: T0 + ms }),
    )
  expect(lateBy(400 * DAY_MS)).toEqual([])
  expect(lateBy(-300_001).map((rule) => rule.reason)).toEqual(['from_future'])
})
