import { describe, expect, test } from 'vitest'
import type { CurrencySetting } from '../../../catalog/accounting-currency.ts'
import { catalog } from '../../../catalog/catalog.ts'
import { silentLogger } from '../../../core/logger.ts'
import { memoryLog } from '../../../event-log/memory/memory-log.ts'
import { memoryStateStore } from '../../online/memory-state-store.ts'
import { openOnlineState } from '../../online/online-state.ts'
import { startWriter } from './writer.ts'

const NOW = Date.UTC(2026, 5, 15, 12)

const order = (id: string, currency: string, fields: object = {}) => ({
  order_id: id,
  line_no: 1,
  sku: 'mug',
  quantity: 1,
  price_cents: 1000,
  price_discount_cents: 0,
  currency,
  ordered_at: NOW,
  ...fields,
})
const product = (currency: string) => ({
  sku: 'mug',
  product_name: 'Mug',
  category: 'Home',
  price_cents: 1000,
  currency,
  updated_at: NOW,
})
const view = (id: string, currency: string) => ({
  name: 'view_item',
  timestamp_micros: NOW * 1000,
  params: { event_id: id, session_id: 's', currency, items: [{ item_id: 'mug', price: '10.00' }] },
})

async function open(log = memoryLog(catalog.sources), currency: CurrencySetting = {}, withState = true) {
  const state = withState ? await openOnlineState({ catalog, store: memoryStateStore() }) : undefined
  const stated = state === undefined ? {} : { state }
  const writer = await startWriter({
    catalog,
    log,
    ...stated,
    currency,
    clock: () => NOW,
    logger: silentLogger,
  })
  const reasons = async (...events: readonly object[]) => {
    const { results } = await writer.ingest(Buffer.from(JSON.stringify(events)), 'json')
    const byIndex = new Map(
      results.map((result) => [result.index, 'reason' in result ? result.reason : result.status]),
    )
    return events.map((_, index) => byIndex.get(index) ?? 'accepted')
  }
  return { reasons, log }
}

describe('the currency of a shop, where nothing says it', () => {
  test('is that of the first product or order line that counts; others are refused', async () => {
    const { reasons } = await open()
    const wrong = order('o0', 'USD', { quantity: 100_001 })
    expect(
      await reasons(wrong, order('o1', 'GBP'), order('o2', 'USD'), product('EUR'), order('o3', 'GBP')),
    ).toEqual(['out_of_range', 'accepted', 'foreign_currency', 'foreign_currency', 'accepted'])
    expect(await reasons(view('v1', 'USD'), view('v2', 'GBP'))).toEqual(['foreign_currency', 'accepted'])
  })

  test.each([true, false])('is the same after a restart (with a state: %s)', async (withState) => {
    const { reasons, log } = await open()
    const click = { event_id: 'e', event: 'login', occurred_at: NOW, session_id: 's', payload: {} }
    await reasons(click)
    await reasons(order('o1', 'GBP'))
    const again = await open(log, {}, withState)
    expect(await again.reasons(order('o2', 'USD'), order('o3', 'GBP'))).toEqual([
      'foreign_currency',
      'accepted',
    ])
  })
})

describe('the currency of a shop that is set', () => {
  test('holds before the first record, and others are converted by the table before they are logged', async () => {
    const { reasons, log } = await open(undefined, { code: 'GBP', rates: { USD: '0.75' } })
    expect(await reasons(order('o1', 'USD'), order('o2', 'EUR'), view('v1', 'USD'))).toEqual([
      'accepted',
      'foreign_currency',
      'accepted',
    ])
    const logged = []
    for await (const records of log.read(0)) logged.push(...records)
    expect(logged[0]?.value).toEqual(order('o1', 'GBP', { price_cents: 750 }))
    expect(logged[1]?.value['payload']).toEqual({
      items: [{ item_id: 'mug', price_cents: 750 }],
      extra: { currency: 'USD' },
    })
  })

  test('judges a converted amount by the contract again', async () => {
    const { reasons } = await open(undefined, { code: 'JPY', rates: { USD: '150' } })
    const dear = order('o1', 'USD', { price_cents: 1_000_000_000 })
    expect(await reasons(dear)).toEqual(['out_of_range'])
  })
})
