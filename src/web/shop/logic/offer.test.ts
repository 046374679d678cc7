import { expect, test } from 'vitest'
import { offerOf } from './offer.ts'

test('an item without an offer has none', () => {
  expect(offerOf({ price_cents: 100 })).toBeNull()
})

test('an offer takes off what it leaves of the price, and an order names the first', () => {
  const offer = { offer_ids: ['o-1', 'o-2'], price_cents: 80, ends_at: 0, text: '20 % off mugs' }
  expect(offerOf({ price_cents: 100, offer })).toEqual({
    offerId: 'o-1',
    discountCents: 20,
    text: '20 % off mugs',
  })
})
