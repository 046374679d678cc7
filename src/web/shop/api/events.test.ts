import { expect, test } from 'vitest'
import { validators } from '../../../catalog/validator.ts'
import { clickEvent, type Line, type Occasion, orderLines, withConsent } from './events.ts'

const AT = Date.UTC(2026, 0, 31)
const line: Line = {
  sku: 'mug',
  priceCents: 500,
  discountCents: 50,
  offerId: 'o-1',
  quantity: 2,
  decisionId: '01890a5d-ac96-774b-bcce-b302099a8057',
}
const loggedIn: Occasion = {
  id: 'web-1',
  at: AT,
  sessionId: 'web',
  customerId: 'c-1',
  decisionId: line.decisionId,
}
const guest: Occasion = { ...loggedIn, customerId: null, decisionId: null }

test('what the page posts is what the contracts want, of customers and of guests', () => {
  for (const occasion of [loggedIn, guest]) {
    expect(validators.get('clickstream')?.(clickEvent('add_to_cart', [line, line], occasion))).toBeNull()
    expect(orderLines([line], 'GBP', occasion).map((order) => validators.get('orders')?.(order))).toEqual([
      null,
    ])
  }
})

test('the lines of an order are numbered, and name the answer that led to each', () => {
  const lines = orderLines([line, { ...line, sku: 'jug', offerId: null, decisionId: null }], 'GBP', loggedIn)
  expect(lines.map(({ order_id, line_no, sku }) => [order_id, line_no, sku])).toEqual([
    ['web-1', 1, 'mug'],
    ['web-1', 2, 'jug'],
  ])
  expect(lines[0]).toMatchObject({ price_discount_cents: 50, offer_id: 'o-1', decision_id: line.decisionId })
  expect(lines[1]).not.toHaveProperty('offer_id')
})

test('a changed consent is a newer version that says the same of the person otherwise', () => {
  const none = { personalisation: false, demographics: false, training: false }
  const before = { customer_id: 'c-1', birth_year: 1999, consent: none, updated_at: AT }
  const given = { personalisation: true, demographics: false, training: false }
  const after = withConsent(before, given, AT - 1000)
  expect(after).toEqual({ customer_id: 'c-1', birth_year: 1999, consent: given, updated_at: AT + 1 })
  expect(validators.get('customers')?.(JSON.parse(JSON.stringify(after)))).toBeNull()
})
