import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fixedClock } from '../core/clock.ts'
import { silentLogger } from '../core/logger.ts'
import { openShop } from './embedded-shop.ts'
import { importData } from './importing/import-data.ts'
import { shopCurrency } from './shop-currency.ts'

const NOW = Date.UTC(2026, 0, 5)
const line = (order_id: string, currency: string) => ({
  order_id,
  line_no: 1,
  sku: 'mug',
  quantity: 1,
  price_cents: 1000,
  price_discount_cents: 0,
  currency,
  ordered_at: NOW,
})

describe('currency.json of a data folder', () => {
  let dataDir = ''
  beforeEach(() => {
    dataDir = join(mkdtempSync(join(tmpdir(), 'endcap-currency-')), 'shop')
    mkdirSync(dataDir)
  })
  afterEach(() => rmSync(join(dataDir, '..'), { recursive: true }))
  const place = () => join(dataDir, 'currency.json')
  const say = (text: string) => writeFileSync(place(), text)

  test('holds for what is imported and for what is posted', async () => {
    say('{"code": "GBP", "rates": {"USD": "0.75"}}')
    const [options, imported] = [{ logger: silentLogger, clock: fixedClock(NOW) }, ['USD', 'EUR', 'GBP']]
    const events = imported.map(
      (code) => ({ kind: 'event', topic: 'orders', value: line(code, code) }) as const,
    )
    expect(await importData({ dataDir, imported: events, ...options })).toMatchObject({
      accepted: { orders: 2 },
      refused: { foreign_currency: 1 },
    })
    const { writer, log, close } = await openShop({ dataDir, ...options })
    const body = Buffer.from(JSON.stringify([line('o1', 'EUR'), line('o2', 'USD')]))
    expect(await writer.ingest(body, 'json')).toMatchObject({ accepted: 1, refused: 1 })
    const prices: unknown[] = []
    for await (const records of log.read(0)) prices.push(...records.map(({ value }) => value['price_cents']))
    expect(prices).toEqual([750, 1000, 750])
    await close()
  })

  test('says nothing where it is not there', () => {
    expect(shopCurrency(place())).toEqual({})
  })

  test.each([
    ['{"code": "pounds"}', /'pounds' is no currency/],
    ['{"code": 826}', /'code' that is no text/],
    ['{"rates": {"USD": 0.75}}', /'rates.USD' that is no text/],
    ['{"rates": {"USD": "a lot"}}', /no rate for USD/],
    ['{"currency": "GBP"}', /member 'currency'/],
    ['GBP', /JSON/],
  ])('that reads %s is refused', (text, message) => {
    say(text)
    expect(() => shopCurrency(place())).toThrow(message)
    expect(() => shopCurrency(place())).toThrow(expect.objectContaining({ code: 'BAD_INPUT_FILE' }))
  })
})
