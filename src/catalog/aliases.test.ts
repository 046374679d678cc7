import { describe, expect, test } from 'vitest'
import { ALIASES, withoutAliases } from './aliases.ts'
import { contractRecord } from './contract-record.ts'
import { topicOf } from './topic-of.ts'
import { CONTRACTS, validators } from './validator.ts'

const order = {
  order: 'o1',
  line: 2,
  customer: 'ann',
  product_x: 'mug',
  quantity: 1,
  price: '18.09',
  price_discount: 1.5,
  currency: 'GBP',
  ordered_at: 5,
}
const contractOrder = {
  order_id: 'o1',
  line_no: 2,
  customer_id: 'ann',
  sku: 'mug',
  quantity: 1,
  price_cents: 1809,
  price_discount_cents: 150,
  currency: 'GBP',
  ordered_at: 5,
}

describe('a record under other names', () => {
  test('is the record of the contract, with decimals in minor units', () => {
    expect(withoutAliases('orders', order)).toEqual({ value: contractOrder })
    expect(
      withoutAliases('orders', { ...order, price: '5.125', price_discount: 0, currency: 'KWD' }),
    ).toEqual({
      value: { ...contractOrder, price_cents: 5125, price_discount_cents: 0, currency: 'KWD' },
    })
    expect(
      withoutAliases('products', {
        product_id: 'mug',
        name: 'Mug',
        category: 'Home',
        stock: 3,
        price: 1200,
        list_price: '1500',
        cost: 400,
        currency: 'JPY',
        updated_at: 1,
      }),
    ).toEqual({
      value: {
        sku: 'mug',
        product_name: 'Mug',
        category: 'Home',
        inventory: 3,
        price_cents: 1200,
        list_price_cents: 1500,
        cost_cents: 400,
        currency: 'JPY',
        updated_at: 1,
      },
    })
  })

  test('that is under its own names alone is left alone', () => {
    expect(withoutAliases('orders', contractOrder)).toBeNull()
    expect(withoutAliases('weather', order)).toBeNull()
    expect(withoutAliases('orders', { ...contractOrder, constructor: 1 })).toBeNull()
  })

  test('gives up its currency where the contract has none and a decimal has used it', () => {
    const level = { product_x: 'mug', stock: 3, price: '4.50', currency: 'GBP', updated_at: 1 }
    expect(withoutAliases('inventory', level)).toEqual({
      value: { sku: 'mug', inventory: 3, price_cents: 450, updated_at: 1 },
      currency: 'GBP',
    })
    expect(
      withoutAliases('inventory', { product_x: 'mug', stock: 3, currency: 'GBP', updated_at: 1 }),
    ).toEqual({
      value: { sku: 'mug', inventory: 3, currency: 'GBP', updated_at: 1 },
    })
  })

  test('may have them in the items of a click', () => {
    const items = [{ product_x: 'mug', price: '4.50', price_discount: '0.25' }, { item_id: 'jug' }, 'text']
    const click = { event_id: 'e', event: 'view_item', occurred_at: 1, session: 's', currency: 'GBP' }
    expect(withoutAliases('clickstream', { ...click, payload: { items } })).toEqual({
      value: {
        event_id: 'e',
        event: 'view_item',
        occurred_at: 1,
        session_id: 's',
        payload: {
          items: [{ item_id: 'mug', price_cents: 450, discount_cents: 25 }, { item_id: 'jug' }, 'text'],
        },
      },
      currency: 'GBP',
    })
  })

  test.each([
    ['a field has two names', { sku: 'jug' }, 'named_twice', 'sku'],
    ['a field has two other names', { product_id: 'mug' }, 'named_twice', 'sku'],
    ['a price comes both ways, even the same', { price_cents: 1809 }, 'named_twice', 'price_cents'],
    ['a decimal has no currency', { currency: undefined }, 'missing_field', 'currency'],
    ['the currency is a number', { currency: 826 }, 'wrong_type', 'currency'],
    ['a decimal has too many digits', { price: '18.095' }, 'too_many_digits', 'price'],
    ['a decimal is none', { price_discount: 'free' }, 'bad_format', 'price_discount'],
  ])('is refused where %s', (_, fields, reason, field) => {
    expect(withoutAliases('orders', { ...order, ...fields })).toEqual({ reason, field })
  })

  test('may have null under a name that it does not use', () => {
    expect(withoutAliases('orders', { ...order, sku: null, offer: null })).toEqual({ value: contractOrder })
  })

  test('tells its topic by either name', () => {
    expect(topicOf(order)).toBe('orders')
    expect(topicOf({ product_id: 'a', title: 'A' })).toBe('products')
    expect(topicOf({ sku: 'a', inventory: 1, name: 'A' })).toBe('products')
    expect(topicOf({ product_x: 'a', stock: 0 })).toBe('inventory')
    expect(topicOf({ customer: 'a', consent: {} })).toBe('customers')
    expect(topicOf({ offer: 'a', kind: 'percent' })).toBe('offers')
    expect(topicOf({ name: 'view_item', params: {} })).toBe('clickstream')
    expect(topicOf({ product_x: 'a' })).toBeNull()
  })
})

describe('the table of other names', () => {
  test('leads to fields of the contract, and is not itself made of them', () => {
    for (const [topic, names] of Object.entries(ALIASES)) {
      const { properties } = CONTRACTS[topic as keyof typeof CONTRACTS]
      for (const [alias, field] of Object.entries(names)) {
        expect(Object.keys(properties), topic).toContain(field)
        expect(Object.keys(properties), topic).not.toContain(alias)
      }
    }
  })
})

describe('an event of Google Analytics 4', () => {
  const clickOf = (event: Parameters<typeof contractRecord>[1]) => {
    const meant = contractRecord('clickstream', event)
    if (meant === null || 'reason' in meant) throw new Error(`refused: ${JSON.stringify(meant)}`)
    expect(validators.get('clickstream')?.(meant.value)).toBeNull()
    return meant.value
  }

  test('view_item', () => {
    expect(
      clickOf({
        name: 'view_item',
        client_id: '1234567890.1700000000',
        timestamp_micros: 1_763_000_000_123_456,
        params: {
          ga_session_id: 1_763_000_000,
          event_id: 'v-1',
          currency: 'GBP',
          value: 18.09,
          engagement_time_msec: 100,
          items: [
            {
              item_id: 'mug-1',
              item_name: 'Ochre cup',
              item_brand: 'Hyatt',
              item_category: 'Home',
              item_category2: 'Kitchen',
              item_category3: 'Mugs',
              price: 18.09,
              quantity: 1,
            },
          ],
        },
      }),
    ).toEqual({
      event_id: 'v-1',
      event: 'view_item',
      occurred_at: 1_763_000_000_123,
      session_id: '1234567890.1700000000.1763000000',
      payload: {
        items: [
          {
            item_id: 'mug-1',
            item_name: 'Ochre cup',
            item_category: 'Home/Kitchen/Mugs',
            price_cents: 1809,
            quantity: 1,
          },
        ],
        extra: {
          currency: 'GBP',
          value: '18.09',
          engagement_time_msec: '100',
          'items.0.item_brand': 'Hyatt',
        },
      },
    })
  })

  test('add_to_cart: the price is before the discount, the list of the event is that of its items', () => {
    const click = clickOf({
      name: 'add_to_cart',
      user_id: 'ann',
      timestamp_micros: '1763000000123456',
      params: {
        session_id: 's-1',
        currency: 'USD',
        item_list_id: 'related',
        items: [
          { item_id: 7, price: 8, discount: 2, index: 0 },
          { item_id: 'jug', price: '10.00', item_list_id: 'own' },
        ],
      },
    })
    expect(click).toMatchObject({ customer_id: 'ann', session_id: 's-1', occurred_at: 1_763_000_000_123 })
    expect(click['payload']).toEqual({
      items: [
        { item_id: '7', price_cents: 1000, discount_cents: 200, index: 0, item_list_id: 'related' },
        { item_id: 'jug', price_cents: 1000, item_list_id: 'own' },
      ],
      extra: { currency: 'USD', item_list_id: 'related' },
    })
  })

  test('purchase: the same event has the same id, another one another', () => {
    const purchase = (value: number) => ({
      name: 'purchase',
      timestamp_micros: 1_763_000_000_000_000,
      user_id: 'ann',
      params: {
        transaction_id: 'T_1',
        ga_session_id: 5,
        currency: 'JPY',
        value,
        tax: 0,
        coupon: 'SAVE20',
        items: [{ item_id: 'mug', price: 1200, quantity: 3 }],
      },
    })
    const click = clickOf(purchase(3600))
    expect(click).toMatchObject({
      event: 'purchase',
      session_id: '5',
      customer_id: 'ann',
      payload: {
        items: [{ item_id: 'mug', price_cents: 1200, quantity: 3 }],
        extra: { transaction_id: 'T_1', currency: 'JPY', value: '3600', tax: '0', coupon: 'SAVE20' },
      },
    })
    expect(click['event_id']).toMatch(/^ga4\.[0-9a-f]{32}$/)
    expect(clickOf(purchase(3600))['event_id']).toBe(click['event_id'])
    expect(clickOf(purchase(3601))['event_id']).not.toBe(click['event_id'])
  })

  test('is refused where an amount cannot be told, and judged by the contract otherwise', () => {
    const event = (params: object) => ({ name: 'view_item', timestamp_micros: 1, params: { ...params } })
    const item = { item_id: 'mug', price: 9.990000000000002 }
    expect(contractRecord('clickstream', event({ items: [item] }))).toEqual({
      reason: 'missing_field',
      field: 'params.items.0.currency',
    })
    expect(contractRecord('clickstream', event({ currency: 'GBP', items: [item] }))).toEqual({
      reason: 'too_many_digits',
      field: 'params.items.0.price',
    })
    const judged = (params: object) => {
      const meant = contractRecord('clickstream', event(params))
      return meant !== null && 'value' in meant ? validators.get('clickstream')?.(meant.value) : meant
    }
    expect(judged({})).toEqual({ reason: 'missing_field', field: 'session_id' })
    expect(judged({ session_id: 's', items: 'mug' })).toEqual({
      reason: 'wrong_type',
      field: 'payload.items',
    })
    expect(judged({ session_id: 's', search_term: 'blue mug' })).toBeNull()
  })
})
