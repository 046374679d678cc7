import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { REFUSALS, type RecordValue } from '../algebra/source.ts'
import { admissionRules } from '../compile/admission.ts'
import { holds } from '../compile/inprocess/evaluate.ts'
import { catalog } from './catalog.ts'
import { topicOf } from './topic-of.ts'
import { CONTRACTS, compileValidator, validators } from './validator.ts'

const order: RecordValue = {
  order_id: 'o1',
  line_no: 1,
  sku: 'mug',
  quantity: 1,
  price_cents: 500,
  price_discount_cents: 0,
  currency: 'GBP',
  ordered_at: 1,
}
const click: RecordValue = { event_id: 'e1', event: 'login', occurred_at: 1, session_id: 's1', payload: {} }
const faultOf = (topic: string, value: RecordValue) => {
  const fault = validators.get(topic)?.(value)
  return fault === undefined ? 'no such topic' : fault === null ? null : [fault.reason, fault.field]
}

describe('the validator of a topic', () => {
  test('takes what the contract allows; null is the same as absent', () => {
    expect(faultOf('orders', order)).toBeNull()
    expect(faultOf('orders', { ...order, customer_id: null, offer_id: null })).toBeNull()
    expect(
      faultOf('clickstream', { ...click, payload: { items: [{ item_id: 'a', quantity: null }] } }),
    ).toBeNull()
    expect(
      faultOf('customers', {
        customer_id: 'c',
        consent: { personalisation: true, demographics: false, training: false },
        updated_at: 1,
      }),
    ).toBeNull()
  })

  test.each([
    [{ sku: null }, 'missing_field', 'sku'],
    [{ sku: 'a b' }, 'bad_id', 'sku'],
    [{ sku: 7 }, 'bad_id', 'sku'],
    [{ quantity: 100_001 }, 'out_of_range', 'quantity'],
    [{ quantity: 1.5 }, 'wrong_type', 'quantity'],
    [{ quantity: '3' }, 'wrong_type', 'quantity'],
    [{ currency: 'pounds' }, 'bad_format', 'currency'],
    [{ colour: 'red' }, 'unknown_field', 'colour'],
    [{ colour: 'red', quantity: 100_001, sku: 'a b' }, 'bad_id', 'sku'],
    [{ quantity: '3', price_cents: -1 }, 'out_of_range', 'price_cents'],
  ])('refuses an order line with %j: %s of %s', (fields, reason, field) => {
    expect(faultOf('orders', { ...order, ...fields })).toEqual([reason, field])
  })

  test.each([
    [{ event: 'dance' }, 'unknown_word', 'event'],
    [{ event: 5 }, 'unknown_word', 'event'],
    [{ payload: { items: [{ item_id: 'a' }, { item_id: 'b c' }] } }, 'bad_id', 'payload.items.1.item_id'],
    [{ payload: { items: [{}] } }, 'missing_field', 'payload.items.0.item_id'],
    [{ payload: { items: Array(201).fill({ item_id: 'a' }) } }, 'too_long', 'payload.items'],
    [{ payload: { search_term: 'x'.repeat(501) } }, 'too_long', 'payload.search_term'],
    [{ payload: { extra: { a: 1 } } }, 'wrong_type', 'payload.extra.a'],
    [{ payload: 'x' }, 'wrong_type', 'payload'],
  ])('refuses a click with %j', (fields, reason, field) => {
    expect(faultOf('clickstream', { ...click, ...fields })).toEqual([reason, field])
  })

  test.each([
    [{}, null],
    [{ inventory: -1 }, ['out_of_range', 'inventory']],
    [{ inventory: null }, ['missing_field', 'inventory']],
    [{ price_cents: 450 }, null],
    [{ product_name: 'A' }, ['unknown_field', 'product_name']],
  ])('judges an inventory record with %j', (fields, fault) => {
    expect(faultOf('inventory', { sku: 'mug', inventory: 3, updated_at: 1, ...fields })).toEqual(fault)
  })

  test.each([
    [{ skus: [{ sku: 'mug', quantity: 2 }], audience: { generations: ['gen_z'], is_new: true } }, null],
    [{ kind: 'gift' }, ['unknown_word', 'kind']],
    [{ percent_bp: 10_001 }, ['out_of_range', 'percent_bp']],
    [{ skus: [{ sku: 'mug' }] }, ['missing_field', 'skus.0.quantity']],
    [{ audience: { shoe_size: 9 } }, ['unknown_field', 'audience.shoe_size']],
  ])('judges an offer with %j', (fields, fault) => {
    const offer = { offer_id: 'o', kind: 'percent', percent_bp: 500, starts_at: 1, ends_at: 2, updated_at: 1 }
    expect(faultOf('offers', { ...offer, ...fields })).toEqual(fault)
  })

  test('gives the reason that the engines give, wherever they see a fault', () => {
    const field = fc.constantFrom(
      'order_id',
      'line_no',
      'customer_id',
      'sku',
      'quantity',
      'price_cents',
      'ordered_at',
    )
    const value = fc.constantFrom<string | number | null>('ok', 'not ok', 0, 100_001, -1, 2_000_000_000, null)
    const source = catalog.sources.find(({ name }) => name === 'orders')
    if (source === undefined) throw new Error('no orders')
    const rules = admissionRules(source, catalog.horizon)
    fc.assert(
      fc.property(fc.dictionary(field, value, { maxKeys: 4 }), (changes) => {
        const line = { ...order, ...changes }
        const loggedAt = Number(line['ordered_at'])
        const engines = rules.find((rule) => holds(rule.refusedWhen, { ...line, logged_at: loggedAt }))
        const fault = compiledOrders(line)
        const seenByBoth = fault !== null && Object.values<string>(REFUSALS).includes(fault.reason)
        if (engines !== undefined && engines.reason !== 'line_value_out_of_range') {
          expect(fault).toEqual({ reason: engines.reason, field: engines.field })
        } else expect(seenByBoth).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  test('there is one for each source of the catalog', () => {
    expect([...validators.keys()].toSorted()).toEqual(catalog.sources.map(({ name }) => name).toSorted())
  })
})

const compiledOrders = compileValidator(CONTRACTS.orders)

describe('the topic of an event', () => {
  test('follows from two fields that only it has', () => {
    expect([order, click].map(topicOf)).toEqual(['orders', 'clickstream'])
    expect(topicOf({ sku: 'a', product_name: 'A' })).toBe('products')
    expect(topicOf({ customer_id: 'a', consent: {} })).toBe('customers')
    expect(topicOf({ sku: 'a', inventory: 0, updated_at: 1 })).toBe('inventory')
    expect(topicOf({ sku: 'a', inventory: 3, product_name: 'A' })).toBe('products')
    expect(topicOf({ offer_id: 'a', kind: 'percent' })).toBe('offers')
    expect(topicOf({ sku: 'a' })).toBeNull()
  })
})
