import { expect, test } from 'vitest'
import { catalog } from '../../catalog/catalog.ts'
import { productActivity } from '../../catalog/views/product-activity.ts'
import { shopperLastSeen } from '../../catalog/views/shopper-last-seen.ts'
import { shopperRecent } from '../../catalog/views/shopper-recent.ts'
import { planView } from '../plan.ts'
import { IncrementalEngine } from './incremental.ts'
import { dropEntry, type PutEntry, putEntry, putTile, withParts } from './put-tiles.ts'
import { wholeTiles } from './whole-tiles.ts'

const plans = [productActivity, shopperLastSeen, shopperRecent].map((view) => planView(view, catalog.horizon))
const [activity, lastSeen] = plans.map(withParts)
const newEngine = () => new IncrementalEngine(plans.map(withParts))

if (activity === undefined || lastSeen === undefined) throw new Error('bug: no plans')
const totals = (engine: IncrementalEngine, plan = activity) =>
  wholeTiles(plan, engine.tiles(plan.view.name)).map(({ key, values }) => [key, values[0]])
const views = (count: number) => activity.measures.map((_, place) => (place === 0 ? count : 0))

test('parts of a tile add up, the last total of each part counts, and a part that goes takes its total along', () => {
  const engine = newEngine()
  const put = (part: string, values: readonly number[] | null) =>
    putTile(engine, { view: 'product_activity', key: ['mug', part], tileStart: 0, values })
  put('batch', views(5))
  put('g1', views(1))
  put('g1', views(2))
  expect(totals(engine)).toEqual([[['mug'], 7]])
  put('batch', null)
  expect(totals(engine)).toEqual([[['mug'], 2]])
  put('g1', null)
  put('g1', null)
  expect(totals(engine)).toEqual([])
})

test('a greatest value is that of all parts, whichever came last', () => {
  const engine = newEngine()
  const put = (part: string, at: number) =>
    putTile(engine, {
      view: lastSeen.view.name,
      key: ['c:ann', ...lastSeen.view.key.slice(1, -1).map(() => 'mug'), part],
      tileStart: 0,
      values: lastSeen.measures.map(() => at),
    })
  put('batch', 900)
  put('g1', 400)
  expect(totals(engine, lastSeen).map(([, value]) => value)).toEqual([900])
})

const entry = (word: string, at: number, offset: number): PutEntry => ({
  view: 'shopper_recent',
  key: ['c:ann'],
  tileStart: 0,
  word,
  order: [at, 0, 0, offset, 0],
})
const recent = (engine: IncrementalEngine) =>
  [...engine.tiles('shopper_recent')].flatMap(({ values: [entries] }) =>
    Array.isArray(entries) ? entries.map(({ word }) => word) : [],
  )

test('entries lie in the total order, an entry that comes twice once, and the newest stay', () => {
  const engine = newEngine()
  for (const at of [3, 1, 2, 2]) putEntry(engine, entry(`sku-${at}`, at, at))
  expect(recent(engine)).toEqual(['sku-3', 'sku-2', 'sku-1'])
  for (let at = 4; at <= 60; at += 1) putEntry(engine, entry(`sku-${at}`, at, at))
  expect(recent(engine)).toHaveLength(50)
  expect(recent(engine)[0]).toBe('sku-60')
  putEntry(engine, entry('too-old', 1, 1))
  expect(recent(engine)).not.toContain('too-old')
})

test('an entry goes by its place in the log, and a tile without entries goes too', () => {
  const engine = newEngine()
  putEntry(engine, entry('mug', 5, 7))
  putEntry(engine, entry('jug', 5, 8))
  const drop = (offset: number) =>
    dropEntry(engine, {
      view: 'shopper_recent',
      key: ['c:ann'],
      tileStart: 0,
      coordinates: [0, 0, offset, 0],
    })
  drop(9)
  expect(recent(engine)).toEqual(['jug', 'mug'])
  drop(8)
  expect(recent(engine)).toEqual(['mug'])
  drop(7)
  expect([...engine.tiles('shopper_recent')]).toEqual([])
})
