import { describe, expect, test } from 'vitest'
import { catalog } from '../../../catalog/catalog.ts'
import { silentLogger } from '../../../core/logger.ts'
import { memoryLog } from '../../../event-log/memory/memory-log.ts'
import { memoryStateStore } from '../../online/memory-state-store.ts'
import { openOnlineState } from '../../online/online-state.ts'
import { withOrdersOfClicks } from './click-orders.ts'
import { startWriter } from './writer.ts'

const NOW = Date.UTC(2026, 5, 15, 12)

async function openIntake() {
  const log = memoryLog(catalog.sources)
  const state = await openOnlineState({ catalog, store: memoryStateStore() })
  const options = { catalog, log, state, clock: () => NOW, logger: silentLogger }
  const writer = await startWriter({ ...options, currency: { code: 'GBP', rates: { USD: '0.5' } } })
  const activity = () => state.tiles('product_activity', ['mug']).map(({ values }) => values)
  return { writer, intake: withOrdersOfClicks(writer, () => writer.currencyCode), log, activity }
}

const purchase = (fields: object = {}) => ({
  event_id: 'e-1',
  event: 'purchase',
  occurred_at: NOW,
  session_id: 's-1',
  payload: { items: [{ item_id: 'mug', price_cents: 500, quantity: 2 }] },
  ...fields,
})
const json = (value: unknown) => Buffer.from(JSON.stringify(value))
/** views, carts, wishes, purchases, returns, units, revenue_cents */
const ONE_ORDER = [0, 0, 0, 1, 0, 2, 1000]

describe('orders that purchase clicks stand for', () => {
  test('are logged behind the click, and counted once however often the click comes', async () => {
    const { intake, log, activity } = await openIntake()
    const first = await intake.ingest(json([purchase()]), 'json')
    expect(first).toMatchObject({ accepted: 1, duplicates: 0, refused: 0, logPosition: 2 })
    expect(activity()).toEqual([ONE_ORDER])
    const again = await intake.ingest(json([purchase()]), 'json')
    expect(again).toMatchObject({ accepted: 0, duplicates: 1, logPosition: 2 })
    expect(activity()).toEqual([ONE_ORDER])
    expect(log.deadLetterCount).toBe(0)
  })

  test('are there after a crash between the click and its order, once the body is sent again', async () => {
    const { writer, intake, activity } = await openIntake()
    // What such a crash leaves: the click alone. Its body was never answered, so it is sent again.
    await writer.ingest(json([purchase()]), 'json')
    expect(activity()).toEqual([])
    expect(await intake.ingest(json([purchase()]), 'json')).toMatchObject({ duplicates: 1, logPosition: 2 })
    expect(activity()).toEqual([ONE_ORDER])
  })

  test('of Google Analytics are in the currency that the event names, converted', async () => {
    const { intake, activity } = await openIntake()
    const ga4 = {
      name: 'purchase',
      client_id: 'c.1',
      timestamp_micros: NOW * 1000,
      params: {
        ga_session_id: '77',
        transaction_id: 'T-1',
        currency: 'USD',
        items: [{ item_id: 'mug', price: 10, quantity: 2 }],
      },
    }
    await intake.ingest(json([ga4]), 'json')
    expect(activity()).toEqual([ONE_ORDER])
  })

  test('without a price are dead letters, and of a refused click are none', async () => {
    const { intake, log, activity } = await openIntake()
    const priceless = purchase({ payload: { items: [{ item_id: 'mug' }] } })
    const answer = await intake.ingest(json([priceless, purchase({ event_id: 'bad id' })]), 'json')
    expect(answer).toMatchObject({ accepted: 1, refused: 1 })
    expect(log.deadLetterCount).toBe(2)
    expect(activity()).toEqual([])
  })

  test('of imported history are logged at their own instant', async () => {
    const { intake, log, activity } = await openIntake()
    const old = purchase({ occurred_at: NOW - 90 * 86_400_000 })
    await intake.appendHistory([{ topic: 'clickstream', value: old }])
    expect(activity()).toEqual([ONE_ORDER])
    for await (const records of log.read(0)) {
      expect(records.map(({ topic, loggedAt }) => [topic, loggedAt])).toEqual(
        records.map(({ topic }) => [topic, old.occurred_at]),
      )
    }
  })
})
