import { describe, expect, test } from 'vitest'
import { AccountingCurrency } from './accounting-currency.ts'

const line = { sku: 'mug', quantity: 3, price_cents: 1000, price_discount_cents: 55, currency: 'USD' }

describe('the currency of a shop', () => {
  test('is the one that is set, or the first that is adopted', () => {
    const set = new AccountingCurrency({ code: 'GBP' })
    set.adopt('USD')
    expect(set.code).toBe('GBP')
    const first = new AccountingCurrency()
    expect(first.code).toBeUndefined()
    expect(first.settled(line, 'USD')).toBe(line)
    first.adopt('EUR')
    first.adopt('USD')
    expect(first.code).toBe('EUR')
  })

  test('refuses another one without a rate, and leaves its own alone', () => {
    const currency = new AccountingCurrency({ code: 'GBP' })
    expect(currency.settled(line, 'USD')).toBeNull()
    const own = { ...line, currency: 'GBP' }
    expect(currency.settled(own, 'GBP')).toBe(own)
  })

  test.each([
    // 10.00 x 0.7893 = 7.893; 0.55 x 0.7893 = 0.4341
    ['GBP', 'USD', '0.7893', 789, 43],
    // 10.00 x 150.5 = 1505; 0.55 x 150.5 = 82.775
    ['JPY', 'USD', '150.5', 1505, 83],
    // 1000 yen x 0.00204 = 2.040 dinars; 55 x 0.00204 = 0.1122
    ['KWD', 'JPY', '0.00204', 2040, 112],
    ['EUR', 'USD', '2', 2000, 110],
    // 0.55 x 0.1 = 0.055: half a cent is rounded up.
    ['EUR', 'USD', '0.1', 100, 6],
  ])('in %s takes %s at %s', (own, other, rate, price, discount) => {
    const currency = new AccountingCurrency({ code: own, rates: { [other]: rate } })
    expect(currency.settled({ ...line, currency: other }, other)).toEqual({
      sku: 'mug',
      quantity: 3,
      price_cents: price,
      price_discount_cents: discount,
      currency: own,
    })
  })

  test.each([
    [{ code: 'pounds' }],
    [{ rates: { USD: '1,5' } }],
    [{ rates: { USD: '0.00' } }],
    [{ rates: { usd: '1' } }],
  ])('cannot be set as %j', (setting) => {
    expect(() => new AccountingCurrency(setting)).toThrow(/is no (currency|rate)/)
  })

  test('converts the items of a click too', () => {
    const currency = new AccountingCurrency({ code: 'GBP', rates: { USD: '0.5' } })
    const click = { event_id: 'e', payload: { items: [{ item_id: 'mug', price_cents: 900, index: 7 }] } }
    expect(currency.settled(click, 'USD')).toEqual({
      event_id: 'e',
      payload: { items: [{ item_id: 'mug', price_cents: 450, index: 7 }] },
    })
  })
})
