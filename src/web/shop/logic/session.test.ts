import { expect, test } from 'vitest'
import type { BasketLine } from './basket.ts'
import { EMPTY_SESSION, nextSession } from './session.ts'

const deed = { id: 'web-1', at: 1, text: 'did something' }
const line = (sku: string): BasketLine => ({
  sku,
  name: sku,
  priceCents: 100,
  discountCents: 10,
  offerId: null,
  quantity: 1,
  decisionId: null,
})

test('whoever acts is back in the present, and the shelves ask again', () => {
  const past = nextSession(EMPTY_SESSION, { kind: 'travel', asOf: 5 })
  expect([past.asOf, past.turn]).toEqual([5, 0])
  const present = nextSession(past, { kind: 'look', deed })
  expect([present.asOf, present.turn, present.deeds]).toEqual([null, 1, [deed]])
})

test('the basket adds up what is put in twice, and what is bought is out of it', () => {
  const once = nextSession(EMPTY_SESSION, { kind: 'carry', lines: [line('mug')], deed })
  const twice = nextSession(once, { kind: 'carry', lines: [line('mug')], deed })
  const both = nextSession(twice, { kind: 'carry', lines: [line('jug')], deed })
  expect(both.basket.map(({ sku, quantity }) => [sku, quantity])).toEqual([
    ['mug', 2],
    ['jug', 1],
  ])
  expect(nextSession(both, { kind: 'buy', skus: ['mug'], deed }).basket).toEqual([line('jug')])
  expect(nextSession(both, { kind: 'put-back', sku: 'jug', deed }).basket.length).toBe(1)
})

test('another shopper comes with nothing but their own wishlist', () => {
  const wished = nextSession(EMPTY_SESSION, { kind: 'wish', sku: 'mug', deed })
  expect(wished.wishlist).toEqual(['mug'])
  const other = nextSession(wished, { kind: 'enter', shopper: { kind: 'guest' }, wishlist: ['pot'] })
  expect(other).toEqual({ ...EMPTY_SESSION, wishlist: ['pot'], turn: 2 })
  expect(nextSession(other, { kind: 'unwish', sku: 'pot', deed }).wishlist).toEqual([])
})
