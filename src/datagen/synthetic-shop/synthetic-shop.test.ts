import { describe, expect, test } from 'vitest'
import type { LoggedRecord } from '../../algebra/source.ts'
import { catalog } from '../../catalog/catalog.ts'
import { interactions } from '../../catalog/streams/interactions.ts'
import { streamRows } from '../../compile/inprocess/rows.ts'
import { sha256 } from '../../core/hash.ts'
import type { GeneratedEvent } from './generated-event.ts'
import { DEMO_SIZE } from './shop-options.ts'
import { syntheticShop } from './synthetic-shop.ts'

const options = { ...DEMO_SIZE, endAt: Date.UTC(2026, 0, 1) }
const shop = syntheticShop(options)
const events = [...shop.events()]

const bytesOf = (told: Iterable<GeneratedEvent>): string =>
  sha256([...told].map((event) => JSON.stringify(event)).join('\n'))

function only<Topic extends GeneratedEvent['topic']>(topic: Topic) {
  return events.filter((event): event is Extract<GeneratedEvent, { topic: Topic }> => event.topic === topic)
}

describe('a synthetic shop', () => {
  test('is the same byte for byte for the same options, each time it is told', () => {
    expect(bytesOf(shop.events())).toBe(bytesOf(events))
    expect(bytesOf(syntheticShop(options).events())).toBe(bytesOf(events))
    expect(bytesOf(syntheticShop({ ...options, seed: 2 }).events())).not.toBe(bytesOf(events))
  })

  test('comes in log order, inside its days', () => {
    const instants = events.map(({ loggedAt }) => loggedAt)
    expect(instants).toEqual(instants.toSorted((a, b) => a - b))
    expect(instants[0]).toBe(Date.UTC(2025, 10, 2))
    expect(instants.at(-1)).toBeLessThan(options.endAt)
  })

  test('is made of records that every engine admits', () => {
    const records: LoggedRecord[] = events.map(({ topic, loggedAt, value }, offset) => ({
      topic,
      partition: 0,
      offset,
      loggedAt,
      value: { ...value },
    }))
    const { rows, refusals } = streamRows(interactions, records, catalog.horizon)
    expect(refusals).toEqual([])
    expect(rows.length).toBeGreaterThan(10_000)
  })

  test('has the size that was asked for and is not trivially small', () => {
    expect(new Set(only('products').map(({ value }) => value.sku)).size).toBe(200)
    expect(new Set(only('customers').map(({ value }) => value.customer_id)).size).toBe(300)
    expect(only('clickstream').length).toBeGreaterThan(10_000)
    expect(only('orders').length).toBeGreaterThan(1000)
  })

  test('sells nothing that is out of stock', () => {
    const gone = new Set(shop.truth.out_of_stock)
    expect(gone.size).toBeGreaterThan(3)
    expect(only('orders').filter(({ value }) => gone.has(value.sku))).toEqual([])
  })

  test('sells at the price that holds at the instant', () => {
    const change = shop.truth.price_changes.find(({ sku }) =>
      only('orders').some(({ value }) => value.sku === sku),
    )
    const prices = only('orders')
      .filter(({ value, planted }) => value.sku === change?.sku && planted !== 'return')
      .map(({ value }) => [value.ordered_at >= (change?.at ?? 0), value.price_cents === change?.price_cents])
    expect(prices.length).toBeGreaterThan(0)
    for (const [after, isNew] of prices) expect(isNew).toBe(after)
  })

  test('whoever carts the trigger of a bundle goes on to the companion as often as planted', () => {
    let [triggers, expected, followed] = [0, 0, 0]
    const carts = Map.groupBy(only('clickstream'), ({ value }) => value.session_id)
    const companionOf = new Map(shop.truth.bundles.map((bundle) => [bundle.trigger, bundle]))
    for (const session of carts.values()) {
      const clicks = session.filter(({ planted }) => planted === undefined)
      for (const [index, { value }] of clicks.entries()) {
        const bundle = companionOf.get(value.payload.items?.[0]?.item_id ?? '')
        const next = clicks[index + 1]?.value
        if (value.event !== 'add_to_cart' || bundle === undefined || next === undefined) continue
        if (next.event === 'remove_from_cart') continue
        triggers += 1
        expected += bundle.probability
        if (next.event === 'view_item' && next.payload.items?.[0]?.item_id === bundle.companion) followed += 1
      }
    }
    expect(triggers).toBeGreaterThan(300)
    // Three standard deviations of a count of so many coins, and a little for companions met by chance.
    expect(Math.abs(followed - expected)).toBeLessThan(3 * Math.sqrt(triggers / 4) + 0.05 * triggers)
  })

  test('a return takes back a line that was bought, and a duplicate repeats a record', () => {
    const bought = new Map(
      only('orders')
        .filter(({ planted }) => planted !== 'return')
        .map(({ value }) => [`${value.order_id}:${value.line_no}`, value]),
    )
    const returns = only('orders').filter(({ planted }) => planted === 'return')
    expect(returns.length).toBeGreaterThan(10)
    for (const { value } of returns) {
      const line = bought.get(value.reverses ?? '')
      expect(value).toEqual({
        ...line,
        line_no: 1000 + (line?.line_no ?? 0),
        quantity: -(line?.quantity ?? 0),
        reverses: value.reverses,
        ordered_at: value.ordered_at,
      })
    }
    const duplicates = events.filter(({ planted }) => planted === 'duplicate')
    expect(duplicates.length).toBeGreaterThan(20)
    const texts = Map.groupBy(events, ({ topic, value }) => `${topic} ${JSON.stringify(value)}`)
    for (const { topic, value } of duplicates) {
      expect(texts.get(`${topic} ${JSON.stringify(value)}`)?.length).toBeGreaterThan(1)
    }
  })

  test('has guests, strangers, logins half-way and people without consent', () => {
    expect(only('orders').some(({ value }) => value.customer_id === undefined)).toBe(true)
    const bySession = Map.groupBy(only('clickstream'), ({ value }) => value.session_id)
    const kinds = [...bySession.values()].map((clicks) => {
      const known = clicks.filter(({ value }) => value.customer_id !== undefined).length
      return known === 0 ? 'stranger' : known === clicks.length ? 'known' : 'login'
    })
    expect(new Set(kinds)).toEqual(new Set(['stranger', 'known', 'login']))
    const consents = only('customers').map(({ value }) => Object.values(value.consent).filter(Boolean).length)
    expect(new Set(consents)).toEqual(new Set([0, 1, 2, 3]))
  })

  test('refuses sizes that make no sense', () => {
    expect(() => syntheticShop({ ...options, products: 0 })).toThrow(/products is 0/)
    expect(() => syntheticShop({ ...options, days: 1.5 })).toThrow(/days is 1.5/)
  })
})
