import { describe, expect, test } from 'vitest'
import { count, view } from '../algebra/view.ts'
import { catalog } from './catalog.ts'
import { catalogOf, defineShop, type Shop } from './shop.ts'
import { interactions } from './streams/interactions.ts'
import { segmentProduct } from './views/segment-product.ts'

const clicks = view({
  name: 'clicks',
  from: interactions,
  key: ['sku'],
  tile: 'day',
  measures: { clicks: count() },
  rowsPerKey: 9_000_000,
  retain: '30d',
  windows: {},
})

describe('a shop', () => {
  test('says where its engines are, and with what name and password they are reached', () => {
    const stack = {
      topicPrefix: 'shop.',
      kafka: {
        bootstrapBrokers: ['broker:9092'],
        tls: {},
        sasl: { mechanism: 'PLAIN' as const, username: 'u', password: 'p' },
      },
      registry: { url: 'https://registry/apis/ccompat/v7', credentials: { token: async () => 't' } },
      flink: { gatewayUrl: 'http://flink:8083', jobManagerUrl: 'http://flink:8081' },
    }
    expect(defineShop({ profile: 'stack', stack })).toEqual({ profile: 'stack', stack })
    const wrong = { ...stack, kafka: { bootstrapBrokers: ['broker'] } }
    expect(() => defineShop({ stack: wrong })).toThrow(/stack\/kafka\/bootstrapBrokers/)
    expect(() => defineShop({ profile: 'cloud' as 'stack' })).toThrow(/profile/)
  })

  test('adds its views behind those of the catalog, and changes nothing else', () => {
    const { views, ...others } = catalogOf(defineShop({ views: [clicks] }))
    expect(views).toEqual([...catalog.views, clicks])
    expect(others).toEqual({ ...catalog, views: undefined })
    expect(catalogOf(defineShop({}))).toBe(catalog)
  })

  test('adds a view with a join to those that the lake computes', () => {
    const ours = view({ ...segmentProduct, name: 'ours' })
    const { views, batchViews } = catalogOf(defineShop({ views: [ours] }))
    expect(views).toEqual(catalog.views)
    expect(batchViews).toEqual([...catalog.batchViews, ours])
  })

  test.each<[string, unknown, RegExp]>([
    ['an unknown member', { colour: 'red' }, /endcap\.config\.ts: there is no setting 'colour'/],
    ['a word for the orders that is none', { ordersFrom: 'mail' }, /ordersFrom/],
    ['a time zone that is none', { timezone: 'Europe/Atlantis' }, /no time zone 'Europe\/Atlantis'/],
    ['a currency that is none', { currency: { code: 'pounds' } }, /'pounds' is no currency/],
    ['a view with a taken name', { views: [{ ...clicks, name: 'product_activity' }] }, /already/],
    ['something that is no view', { views: [{ name: 'x' }] }, /views\/0/],
  ])('refuses %s', (_, shop, message) => {
    expect(() => defineShop(shop as Shop)).toThrow(message)
  })
})
