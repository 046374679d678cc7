import { describe, expect, test } from 'vitest'
import type { LoggedRecord } from '../../algebra/source.ts'
import { catalog } from '../../catalog/catalog.ts'
import { interactions } from '../../catalog/streams/interactions.ts'
import { validators } from '../../catalog/validator.ts'
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

  test('may begin and end at any instant', () => {
    const odd = {
      products: 30,
      customers: 40,
      days: 10,
      seed: 3,
      endAt: Date.UTC(2026, 0, 1, 13, 27, 5, 123),
    }
    const told = [...syntheticShop(odd).events()].map(({ loggedAt }) => loggedAt)
    expect(told).toEqual(told.toSorted((a, b) => a - b))
    expect(told[0]).toBe(odd.endAt - 10 * 86_400_000)
    expect(told.at(-1)).toBeLessThan(odd.endAt)
  })

  test('is made of records that keep their contracts and that every engine admits', () => {
    const faults = events.map(({ topic, value }) => validators.get(topic)?.({ ...value }))
    expect(faults.filter((fault) => fault !== null)).toEqual([])
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

  test('gives every record an id of its own but for duplicates', () => {
    for (const { name, id } of catalog.sources) {
      const ids = events
        .filter(({ topic, planted }) => topic === name && planted !== 'duplicate')
        .map(({ value }) => {
          const fields = new Map<string, unknown>(Object.entries(value))
          return id.map((field) => fields.get(field)).join(' ')
        })
      expect([name, new Set(ids).size]).toEqual([name, ids.length])
    }
  })

  test('has the size that was asked for and is not trivially small', () => {
    expect(new Set(only('products').map(({ value }) => value.sku)).size).toBe(200)
    expect(new Set(only('customers').map(({ value }) => value.customer_id)).size).toBe(300)
    expect([...shop.shoppers()]).toHaveLength(300)
    expect(only('clickstream').length).toBeGreaterThan(10_000)
    expect(only('orders').length).toBeGreaterThan(1000)
    expect(only('inventory').length).toBeGreaterThan(500)
    expect(only('offers').length).toBeGreaterThan(8)
  })

  test('has families of variants that differ in colour or in size alone', () => {
    const first = new Map(only('products').map(({ value }) => [value.sku, value]))
    const families = Map.groupBy(first.values(), ({ parent_sku: parent }) => parent)
    families.delete(undefined)
    expect(families.size).toBeGreaterThan(20)
    for (const variants of families.values()) {
      expect(variants.length).toBeGreaterThan(1)
      const distinct = (name: string) => new Set(variants.map(({ attributes }) => attributes?.[name])).size
      const counts = [distinct('colour'), distinct('size')].toSorted((a, b) => a - b)
      expect(counts).toEqual([1, variants.length])
      expect(new Set(variants.map(({ brand, category }) => `${brand} ${category}`)).size).toBe(1)
    }
  })

  test('never sells below what a product costs, before offers', () => {
    for (const { value } of only('products')) {
      expect(value.cost_cents ?? Number.POSITIVE_INFINITY).toBeLessThan(value.price_cents)
      expect(value.price_cents).toBeLessThanOrEqual(value.list_price_cents ?? 0)
    }
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

  test('has clicks that come hours after they happened, and never too late to count', () => {
    const delays = only('clickstream')
      .filter(({ planted }) => planted === 'late')
      .map(({ loggedAt, value }) => loggedAt - value.occurred_at)
    expect(delays.length).toBeGreaterThan(20)
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(2 * 3_600_000)
    expect(Math.max(...delays)).toBeLessThan(catalog.horizon.lateMs)
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
    const versions = Map.groupBy(only('customers'), ({ value }) => value.customer_id)
    expect([...versions.values()].some((told) => told.length === 2)).toBe(true)
  })

  test('states preferences that are true', () => {
    const truth = new Map([...shop.shoppers()].map((shopper) => [shopper.customer_id, shopper]))
    const stated = only('customers').filter(({ value }) => value.preferences !== undefined)
    expect(stated.length).toBeGreaterThan(50)
    for (const { value } of stated) {
      const { favourites = [], brands = [] } = truth.get(value.customer_id) ?? {}
      expect(value.preferences?.categories).toEqual(favourites.slice(0, 2))
      expect(value.preferences?.brands).toEqual(brands.slice(0, 2))
    }
  })

  test('refuses sizes that make no sense', () => {
    expect(() => syntheticShop({ ...options, products: 0 })).toThrow(/products is 0/)
    expect(() => syntheticShop({ ...options, days: 1.5 })).toThrow(/days is 1.5/)
  })
})
