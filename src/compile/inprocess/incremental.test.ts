import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LoggedRecord, RecordValue } from '../../algebra/source.ts'
import { catalog } from '../../catalog/catalog.ts'
import { productActivity } from '../../catalog/views/product-activity.ts'
import { DAY_MS, HOUR_MS } from '../../core/duration.ts'
import { planView } from '../plan.ts'
import type { TileRow } from '../tile.ts'
import { IncrementalEngine } from './incremental.ts'
import { admissionClosure, idReader } from './incremental-rows.ts'
import { naiveTiles } from './naive.ts'
import { streamRows } from './rows.ts'

const T0 = Date.UTC(2026, 0, 5)
const plans = catalog.views.map((view) => planView(view, catalog.horizon))
const sumPlans = plans.filter((plan) => plan.viewKind === 'sum')

const sku = fc.constantFrom('mug', 'jug', 'a.b~c:d', 'bad sku', '', 'é')
const at = fc.oneof(
  fc.constantFrom(T0, T0 + HOUR_MS - 1, T0 + HOUR_MS, T0 + DAY_MS - 1, T0 - 1, 0),
  fc.integer({ min: T0, max: T0 + 40 * DAY_MS }),
)
const logDelay = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(0, 1, 1000) },
  fc.constantFrom(7 * DAY_MS, 7 * DAY_MS + 1, -300_000, -300_001),
)
const cents = fc.constantFrom(0, 1, 499, 1_000_000_000, 1_000_000_001, -1, null)
const quantity = fc.constantFrom(-100_000, -1, 0, 1, 2, 3, 100_000, 100_001, null)
const shopper = fc.constantFrom('ann', 'bob', 'x y', null)

const orderValue = fc.record({
  order_id: fc.constantFrom('o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7', 'o8', 'bad id'),
  line_no: fc.constantFrom(1, 2, 3),
  customer_id: shopper,
  sku,
  quantity,
  price_cents: cents,
  price_discount_cents: fc.constantFrom(0, 0, 7),
  currency: fc.constant('GBP'),
  ordered_at: at,
})
const item = fc.oneof(
  fc.record(
    { item_id: sku, quantity: fc.constantFrom(0, 1, null, -1), price_cents: cents },
    { requiredKeys: ['item_id'] },
  ),
  fc.constantFrom({ item_id: 'mug' }, { item_id: 'jug', discount_cents: 3 }),
)
const clickValue = fc.record({
  event_id: fc.integer({ min: 0, max: 30 }).map((n) => `e${n}`),
  event: fc.constantFrom(
    'view_item',
    'select_item',
    'add_to_cart',
    'remove_from_cart',
    'add_to_wishlist',
    'login',
    'dance',
  ),
  occurred_at: at,
  session_id: fc.constantFrom('s1', 's2'),
  customer_id: shopper,
  payload: fc.record({ items: fc.array(item, { maxLength: 4 }) }, { requiredKeys: [] }),
})

type Drawn = { readonly value: RecordValue; readonly delay: number }
const event: fc.Arbitrary<Drawn> = fc.record({ value: fc.oneof(orderValue, clickValue), delay: logDelay })

const logged = (events: readonly Drawn[]): LoggedRecord[] =>
  events.map(({ value, delay }, offset) => {
    const topic = 'order_id' in value ? 'orders' : 'clickstream'
    const happened = Number(value[topic === 'orders' ? 'ordered_at' : 'occurred_at'])
    return { topic, partition: 0, offset, loggedAt: Math.max(0, happened + delay), value }
  })

/** Those that count: admitted, and the first of their id by offset. */
function counting(records: readonly LoggedRecord[]): LoggedRecord[] {
  const seen = new Set<string>()
  const admit = new Map(
    catalog.sources.map((source) => [source.name, admissionClosure(source, catalog.horizon)]),
  )
  const ids = new Map(catalog.sources.map((source) => [source.name, idReader(source)]))
  return records.filter((record) => {
    if (admit.get(record.topic)?.(record) !== undefined) return false
    const id = `${record.topic} ${ids.get(record.topic)?.(record.value)}`
    if (seen.has(id)) return false
    seen.add(id)
    return true
  })
}

const sorted = (rows: Iterable<TileRow>) =>
  [...rows].map((row) => JSON.stringify([row.key, row.tileStart, row.values])).toSorted()

describe('the in-process engine', () => {
  test('equals the meaning in every view, whichever order the records come in', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.integer(), (events, seed) => {
        const records = logged(events)
        const engine = new IncrementalEngine(plans)
        const arrival = counting(records).toSorted(
          (a, b) => shuffle(a.offset, seed) - shuffle(b.offset, seed),
        )
        const refusals = arrival.flatMap((record) => engine.apply(record))
        for (const plan of plans) {
          expect(sorted(engine.tiles(plan.view.name))).toEqual(sorted(naiveTiles(plan, records)))
        }
        const itemRefusals = streamRows(
          catalog.streams[0] ?? productActivity.from,
          records,
          catalog.horizon,
        ).refusals.filter((refusal) => refusal.item >= 0)
        expect(
          refusals.map(({ offset, item: place, reason }) => `${offset} ${place} ${reason}`).toSorted(),
        ).toEqual(
          itemRefusals.map(({ offset, item: place, reason }) => `${offset} ${place} ${reason}`).toSorted(),
        )
      }),
      { numRuns: 400 },
    )
  })

  test('a latest that is full keeps the newest rows and drops the oldest', () => {
    const small = planView(
      {
        ...(catalog.views.at(-1) ?? productActivity),
        name: 'few',
        measures: {
          recent: { kind: 'latest', word: { kind: 'column', path: ['sku'] }, limit: 2 },
        },
      },
      catalog.horizon,
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.integer(), (events, seed) => {
        const records = logged(events)
        const engine = new IncrementalEngine([small])
        const arrival = counting(records).toSorted(
          (a, b) => shuffle(a.offset, seed) - shuffle(b.offset, seed),
        )
        for (const record of arrival) engine.apply(record)
        expect(sorted(engine.tiles('few'))).toEqual(sorted(naiveTiles(small, records)))
      }),
      { numRuns: 200 },
    )
  })

  test('taking records out of sums leaves what the others alone would have given', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.integer(), (events, seed) => {
        const records = counting(logged(events))
        const engine = new IncrementalEngine(sumPlans)
        for (const record of records) engine.apply(record)
        const gone = records.filter((record) => shuffle(record.offset, seed) % 3 === 0)
        for (const record of gone) engine.retract(record)
        const rest = records.filter((record) => !gone.includes(record))
        for (const plan of sumPlans) {
          expect(sorted(engine.tiles(plan.view.name))).toEqual(sorted(naiveTiles(plan, rest)))
        }
      }),
      { numRuns: 200 },
    )
  })

  test('a merge view does not take rows out', () => {
    const engine = new IncrementalEngine(plans)
    const [record] = counting(
      logged([
        {
          value: {
            event_id: 'e',
            event: 'view_item',
            occurred_at: T0,
            session_id: 's',
            payload: { items: [{ item_id: 'mug' }] },
          },
          delay: 0,
        },
      ]),
    )
    if (record === undefined) throw new Error('the record should count')
    expect(() => engine.retract(record)).toThrow(/merge measures/)
  })

  test('names each changed owner and chunk once, and views past their bound on rows', () => {
    const tight = planView({ ...productActivity, rowsPerKey: 1 }, catalog.horizon)
    const engine = new IncrementalEngine([tight])
    const view = (offset: number): Drawn => ({
      value: {
        event_id: `e${offset}`,
        event: 'view_item',
        occurred_at: T0,
        session_id: 's',
        payload: { items: [{ item_id: 'mug' }] },
      },
      delay: 0,
    })
    const [first, second] = logged([view(0), view(1)])
    if (first === undefined || second === undefined) throw new Error('two records')
    engine.apply(first)
    expect([...engine.overfull]).toEqual([])
    engine.apply(second)
    expect([...engine.overfull]).toEqual(['product_activity'])
    expect(engine.takeDirty().map((chunk) => [chunk.owner.id, chunk.number])).toEqual([['mug', T0 / DAY_MS]])
    expect(engine.takeChanged().map((owner) => owner.id)).toEqual(['mug'])
    expect(engine.takeDirty()).toEqual([])
  })
})

/** A fixed scatter of offsets for a drawn seed. */
const shuffle = (offset: number, seed: number): number => Math.imul(offset + 1, (seed | 1) ^ 0x9e3779b1) >>> 0
