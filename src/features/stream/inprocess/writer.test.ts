import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LoggedRecord } from '../../../algebra/source.ts'
import { catalog } from '../../../catalog/catalog.ts'
import { naiveTiles } from '../../../compile/inprocess/naive.ts'
import { planView } from '../../../compile/plan.ts'
import { keptFrom } from '../../../compile/retention.ts'
import { DAY_MS } from '../../../core/duration.ts'
import { EndcapError } from '../../../core/errors.ts'
import { silentLogger } from '../../../core/logger.ts'
import type { DeadLetter, EventLog } from '../../../event-log/contract/event-log.ts'
import { memoryLog } from '../../../event-log/memory/memory-log.ts'
import { memoryStateStore } from '../../online/memory-state-store.ts'
import { type OnlineState, openOnlineState } from '../../online/online-state.ts'
import { MAX_EVENTS, startWriter, type Writer } from './writer.ts'

const NOW = Date.UTC(2026, 5, 15, 12)

type Shop = { readonly writer: Writer; readonly state: OnlineState; readonly log: EventLog }

async function openShop(
  now = NOW,
  log = memoryLog(catalog.sources),
  store = memoryStateStore(),
): Promise<Shop> {
  const state = await openOnlineState({ catalog, store })
  const writer = await startWriter({ catalog, log, state, clock: () => now, logger: silentLogger })
  return { writer, state, log }
}

const click = (id: number | string, fields: object = {}) => ({
  event_id: `e${id}`,
  event: 'view_item',
  occurred_at: NOW,
  session_id: 's1',
  payload: { items: [{ item_id: 'mug' }] },
  ...fields,
})
const order = (id: string, fields: object = {}) => ({
  order_id: id,
  line_no: 1,
  customer_id: 'ann',
  sku: 'mug',
  quantity: 1,
  price_cents: 500,
  price_discount_cents: 0,
  currency: 'GBP',
  ordered_at: NOW,
  ...fields,
})
const json = (value: unknown) => Buffer.from(JSON.stringify(value))

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const views = (state: OnlineState) => state.tiles('product_activity', ['mug']).map(({ values }) => values[0])

describe('the writer', () => {
  test('tells of each event whether it counted, and applies those that did', async () => {
    const { writer, state, log } = await openShop()
    const answer = await writer.ingest(
      json([
        click(1),
        click(1),
        order('o1'),
        { ...order('o2'), quantity: 100_001 },
        { topic: 'clickstream', ...click(2) },
        { topic: 'weather', ...click(3) },
        { some: 'thing' },
        'text',
        click(4, { colour: 'red' }),
        click(5, { occurred_at: NOW - 7 * DAY_MS - 1 }),
        click(6, { occurred_at: NOW + 300_001 }),
        order('o3', { quantity: 100_000, price_cents: 1_000_000_000 }),
      ]),
      'json',
    )
    const refused = (index: number, reason: string, field: string | null) => ({
      index,
      status: 'refused',
      reason,
      field,
    })
    expect(answer).toEqual({
      accepted: 3,
      duplicates: 1,
      refused: 8,
      logPosition: 3,
      results: [
        { index: 1, status: 'duplicate' },
        refused(3, 'out_of_range', 'quantity'),
        refused(5, 'unknown_topic', null),
        refused(6, 'unknown_topic', null),
        refused(7, 'not_an_event', null),
        refused(8, 'unknown_field', 'colour'),
        refused(9, 'too_late', 'occurred_at'),
        refused(10, 'from_future', 'occurred_at'),
        refused(11, 'line_value_out_of_range', 'line_value_out_of_range'),
      ],
    })
    expect(views(state)).toEqual([2])
    const letters: readonly DeadLetter[] = await collect(log.deadLetters())
    expect(letters.map(({ index, topic, arrivedAt }) => [index, topic, arrivedAt])).toEqual(
      [
        [3, 'orders'],
        [5, 'weather'],
        [6, null],
        [7, null],
        [8, 'clickstream'],
        [9, 'clickstream'],
        [10, 'clickstream'],
        [11, 'orders'],
      ].map((letter) => [...letter, NOW]),
    )
    expect(Buffer.from(letters[3]?.bytes ?? []).toString()).toBe('"text"')
    await writer.close()
  })

  test('a refused event does not shadow a good one with its id', async () => {
    const { writer } = await openShop()
    const answer = await writer.ingest(json([order('o1', { quantity: 100_001 }), order('o1')]), 'json')
    expect([answer.accepted, answer.refused, answer.duplicates]).toEqual([1, 1, 0])
    await writer.close()
  })

  test('counts what came twice once: in other bodies, at once, and after a restart', async () => {
    const [log, store] = [memoryLog(catalog.sources), memoryStateStore()]
    const { writer } = await openShop(NOW, log, store)
    const answers = await Promise.all(
      [1, 2, 3].map(() => writer.ingest(json([click(1), order('o1')]), 'json')),
    )
    expect(answers.map(({ accepted, duplicates }) => [accepted, duplicates])).toEqual([
      [2, 0],
      [0, 2],
      [0, 2],
    ])
    await writer.close()
    const again = await openShop(NOW + DAY_MS, log, store)
    const late = await again.writer.ingest(json([click(1), click(2)]), 'json')
    expect([late.accepted, late.duplicates, views(again.state)]).toEqual([1, 1, [2]])
    await again.writer.close()
  })

  test('history is logged at its own instant and compared with the whole log', async () => {
    const log = memoryLog(catalog.sources)
    const past = NOW - 3000 * DAY_MS
    const lines = ['a', 'b'].map((id) => ({ topic: 'orders', value: order(id, { ordered_at: past }) }))
    const first = await startWriter({ catalog, log, clock: () => NOW, logger: silentLogger })
    expect(await first.appendHistory(lines)).toMatchObject({ accepted: 2, duplicates: 0 })
    await first.close()
    const { writer, state } = await openShop(NOW, log)
    expect(state.position()).toBe(2)
    expect(await writer.appendHistory(lines)).toMatchObject({ accepted: 0, duplicates: 2 })
    const records = (await collect(log.read(0))).flat()
    expect(records.map(({ loggedAt, value }) => [loggedAt, value['order_id']])).toEqual([
      [past, 'a'],
      [past, 'b'],
    ])
    expect(state.newestAt()).toBe(past)
    await writer.close()
  })

  test('replays the log beyond the state, so that both end as if nothing had happened', async () => {
    const [log, store] = [memoryLog(catalog.sources), memoryStateStore()]
    const { writer, state } = await openShop(NOW, log, store)
    await writer.ingest(json([click(1), click(2)]), 'json')
    // The process ends here: no checkpoint, no close.
    const again = await openShop(NOW, log, store)
    expect(again.state.hash()).toBe(state.hash())
    expect([again.writer.appliedPosition, again.writer.logPosition, again.writer.isReady]).toEqual([
      2,
      2,
      true,
    ])
    await again.writer.close()
  })

  test('equals the meaning over what the log holds', async () => {
    const event = fc.oneof(
      fc
        .record({
          id: fc.nat(20),
          at: fc.integer({ min: NOW - 8 * DAY_MS, max: NOW + 400_000 }),
          sku: fc.constantFrom('mug', 'jug', 'no good'),
        })
        .map(({ id, at, sku }) =>
          click(id, { occurred_at: at, payload: { items: [{ item_id: sku }, { item_id: 'pot' }] } }),
        ),
      fc
        .record({ id: fc.nat(20), quantity: fc.integer({ min: -3, max: 3 }) })
        .map(({ id, quantity }) => order(`o${id}`, { quantity })),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(event, { maxLength: 10 }), { maxLength: 8 }), async (bodies) => {
        const { writer, state, log } = await openShop()
        await Promise.all(bodies.map((body) => writer.ingest(json(body), 'json')))
        const records: LoggedRecord[] = (await collect(log.read(0))).flat()
        for (const view of catalog.views) {
          const plan = planView(view, catalog.horizon)
          const from = keptFrom(plan, state.newestAt())
          const expected = naiveTiles(plan, records).filter(({ tileStart }) => tileStart >= from)
          const tiles = [...state.owners(view.name)].flatMap((owner) => state.ownerTiles(view.name, owner))
          expect(sorted(tiles)).toEqual(sorted(expected))
        }
        await writer.close()
      }),
      { numRuns: 60 },
    )
  })

  test('takes NDJSON, and tells which line is none', async () => {
    const { writer } = await openShop()
    const answer = await writer.ingest(
      Buffer.from(`${JSON.stringify(click(1))}\n{oops\n${JSON.stringify(click(2))}\n`),
      'ndjson',
    )
    expect(answer).toMatchObject({
      accepted: 2,
      results: [{ index: 1, status: 'refused', reason: 'bad_json', field: null }],
    })
    await writer.close()
  })

  test('turns away too many events and bodies that are no JSON', async () => {
    const { writer } = await openShop()
    await expect(writer.ingest(json(Array(MAX_EVENTS + 1).fill(1)), 'json')).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    })
    await expect(writer.ingest(Buffer.from('{'), 'json')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await writer.close()
    await expect(writer.ingest(json([]), 'json')).rejects.toMatchObject({ code: 'NOT_READY' })
  })

  test('takes nothing more once the disk failed, since its memory is ahead of the log', async () => {
    const full: EventLog = {
      ...memoryLog(catalog.sources),
      position: 0,
      append: async () => {
        throw new EndcapError('DATA_FOLDER', 'no space left on device')
      },
    }
    const { writer, state } = await openShop(NOW, full)
    await expect(writer.ingest(json([click(1)]), 'json')).rejects.toMatchObject({ code: 'DATA_FOLDER' })
    await expect(writer.ingest(json([click(1)]), 'json')).rejects.toMatchObject({ code: 'DATA_FOLDER' })
    expect([writer.isReady, state.position()]).toEqual([false, 0])
    await writer.close()
  })
})

const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).toSorted()
