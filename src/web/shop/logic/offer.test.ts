import { expect, test } from 'vitest'
import { offerOf } from './offer.ts'

test('an item without an offer has none', () => {
  expect([offerOf({ price_cents: 100 }), offerOf({ price_cents: 100, offer: null })]).toEqual([null, null])
})

test('reads what an answer says of an offer, and leaves the rest open', () => {
  const told = { offer_id: 'o-1', discount_cents: 20, text: '20 % off mugs' }
  expect(offerOf({ price_cents: 100, offer: told })).toEqual({
    offerId: 'o-1',
    discountCents: 20,
    text: '20 % off mugs',
  })
  expect(offerOf({ price_cents: 100, offer: { price_cents: 85 } })?.discountCents).toBe(15)
  expect(offerOf({ price_cents: 100, offer: {} })).toEqual({
    offerId: null,
    discountCents: 0,
    text: 'on offer',
  })
})
