import { describe, expect, test } from 'vitest'
import type { RecordValue } from '../../../algebra/source.ts'
import { catalog } from '../../../catalog/catalog.ts'
import { silentLogger } from '../../../core/logger.ts'
import type { BodyFormat } from '../../../event-log/contract/body-format.ts'
import { memoryLog } from '../../../event-log/memory/memory-log.ts'
import { memoryStateStore } from '../../online/memory-state-store.ts'
import { openOnlineState } from '../../online/online-state.ts'
import { startWriter } from './writer.ts'

const NOW = Date.UTC(2026, 5, 15, 12)

const order = (id: string) => ({
  order: id,
  line: 1,
  customer: 'ann',
  product_x: 'mug',
  quantity: 2,
  price: '18.09',
  price_discount: '0.50',
  currency: 'GBP',
  ordered_at: NOW,
})
const contractOrder = (id: string) => ({
  order_id: id,
  line_no: 1,
  customer_id: 'ann',
  sku: 'mug',
  quantity: 2,
  price_cents: 1809,
  price_discount_cents: 50,
  currency: 'GBP',
  ordered_at: NOW,
})
const view = {
  name: 'view_item',
  params: { ga_session_id: 7, event_id: 'v1', currency: 'GBP', items: [{ item_id: 'mug', price: 18.09 }] },
}

async function shop() {
  const [log, store] = [memoryLog(catalog.sources), memoryStateStore()]
  const state = await openOnlineState({ catalog, store })
  const writer = await startWriter({ catalog, log, state, clock: () => NOW, logger: silentLogger })
  const ingest = (text: string, format: BodyFormat = 'json') => writer.ingest(Buffer.from(text), format)
  async function logged(): Promise<RecordValue[]> {
    const values: RecordValue[] = []
    for await (const records of log.read(0)) values.push(...records.map(({ value }) => value))
    return values
  }
  async function letters(): Promise<string[]> {
    const texts: string[] = []
    for await (const { bytes } of log.deadLetters()) texts.push(Buffer.from(bytes).toString())
    return texts
  }
  return { state, writer, ingest, logged, letters }
}

/** Applied to a state from the log alone, as after a restart. */
async function replayed(values: readonly RecordValue[]): Promise<string> {
  const { writer, state } = await shop()
  await writer.ingest(Buffer.from(JSON.stringify(values)), 'json')
  return state.hash()
}

describe('a body with events in other shapes', () => {
  test('is logged and applied in the shape of the contracts, in place; refused ones keep their bytes', async () => {
    const { ingest, logged, letters, state } = await shop()
    const wrong = '{ "product_x": "mug",  "sku": "mug", "stock": 3, "updated_at": 1 }'
    const plain = JSON.stringify(contractOrder('o2'))
    const answer = await ingest(
      `[${JSON.stringify(order('o1'))}, ${wrong},\n ${plain}, ${JSON.stringify(order('o2'))}]`,
    )
    expect(answer).toMatchObject({
      accepted: 2,
      duplicates: 1,
      results: [
        { index: 1, reason: 'named_twice', field: 'sku' },
        { index: 3, status: 'duplicate' },
      ],
    })
    expect(await logged()).toEqual([contractOrder('o1'), contractOrder('o2')])
    expect(await letters()).toEqual([wrong])
    expect(state.hash()).toBe(await replayed([contractOrder('o1'), contractOrder('o2')]))
  })

  test('as lines keeps what is no JSON apart', async () => {
    const { ingest, logged, letters } = await shop()
    const ga4 = { ...view, client_id: '1.2', timestamp_micros: NOW * 1000 }
    const answer = await ingest(
      `${JSON.stringify(order('o1'))}\r\n{oops\n\n${JSON.stringify(ga4)}\n`,
      'ndjson',
    )
    expect(answer).toMatchObject({ accepted: 2, refused: 1, results: [{ index: 1, reason: 'bad_json' }] })
    expect(await logged()).toEqual([
      contractOrder('o1'),
      {
        event_id: 'v1',
        event: 'view_item',
        occurred_at: NOW,
        session_id: '1.2.7',
        payload: { items: [{ item_id: 'mug', price_cents: 1809 }], extra: { currency: 'GBP' } },
      },
    ])
    expect(await letters()).toEqual(['{oops'])
  })

  test('of the Measurement Protocol says client, user and time once for all', async () => {
    const { ingest, logged } = await shop()
    const own = { ...view, user_id: 'bob', params: { ...view.params, event_id: 'v2' } }
    const body = { client_id: '1.2', user_id: 'ann', timestamp_micros: NOW * 1000, events: [view, own] }
    expect(await ingest(JSON.stringify(body))).toMatchObject({ accepted: 2, refused: 0 })
    expect(
      (await logged()).map((click) => [click['customer_id'], click['session_id'], click['occurred_at']]),
    ).toEqual([
      ['ann', '1.2.7', NOW],
      ['bob', '1.2.7', NOW],
    ])
  })

  test('of history too', async () => {
    const { writer, logged } = await shop()
    await writer.appendHistory([
      { topic: 'orders', value: order('o1') },
      {
        topic: 'inventory',
        value: { product_x: 'mug', stock: 4, price: 18, currency: 'GBP', updated_at: 5 },
      },
    ])
    expect(await logged()).toEqual([
      contractOrder('o1'),
      { sku: 'mug', inventory: 4, price_cents: 1800, updated_at: 5 },
    ])
  })
})
