import { expect, test } from 'vitest'
import { buyChance, cartChance, offerTimes } from './choice.ts'

const plain = { priceSensitivity: 1, priceRatio: 1, offerTimes: 1, wishTimes: 1 }

test('a lower price tempts those who look at prices, and nobody else', () => {
  expect(cartChance(plain)).toBe(0.28)
  expect(cartChance({ ...plain, priceRatio: 0.8 })).toBeCloseTo(0.28 * Math.exp(0.6), 12)
  expect(cartChance({ ...plain, priceRatio: 0.8, priceSensitivity: 0 })).toBe(0.28)
  expect(cartChance({ ...plain, priceRatio: 0.1 })).toBe(0.95)
})

test('an offer lifts by its size and by who sees it', () => {
  expect(offerTimes(2, 2000, 1)).toBe(3)
  expect(offerTimes(2, 1000, 0.5)).toBe(1.5)
  expect(offerTimes(2, 2000, 0)).toBe(1)
  expect(offerTimes(0, 2000, 1)).toBe(1)
})

test('a look ends in an order if it is carted, kept and bought', () => {
  expect(buyChance(0.5, 0.6)).toBeCloseTo(0.282, 12)
})
