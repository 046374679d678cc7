import { expect, test } from 'vitest'
import { type BasketLine, totalCents, withJointDiscount } from './basket.ts'

const line = (sku: string, priceCents: number, quantity: number): BasketLine => ({
  sku,
  name: sku,
  priceCents,
  discountCents: 0,
  offerId: null,
  quantity,
  decisionId: null,
})

test('a joint discount is shared out by value, to the last minor unit', () => {
  const lines = withJointDiscount([line('pot', 1000, 1), line('mug', 333, 3)], 250)
  // 250 x 1000 / 1999 = 125.06 and 250 x 333 / 1999 = 41.6, three times 41; the 2 left over go to the pot.
  expect(lines.map(({ discountCents }) => discountCents)).toEqual([127, 41])
  expect(totalCents(lines)).toBe(1999 - 250)
})

test('without a line of one unit what is left over stays with the shop', () => {
  expect(withJointDiscount([line('mug', 333, 3)], 100).map(({ discountCents }) => discountCents)).toEqual([
    33,
  ])
})

test('nothing off leaves the lines as they are', () => {
  const lines = [line('mug', 333, 3)]
  expect(withJointDiscount(lines, 0)).toBe(lines)
})
