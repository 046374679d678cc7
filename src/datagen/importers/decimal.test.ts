import fc from 'fast-check'
import { expect, test } from 'vitest'
import { minorUnits } from './decimal.ts'

test('amounts become minor units digit by digit', () => {
  expect(minorUnits('12.99', 2)).toEqual({ units: 1299, isRounded: false })
  expect(minorUnits(' 1.1 ', 2)).toEqual({ units: 110, isRounded: false })
  expect(minorUnits('7', 2)).toEqual({ units: 700, isRounded: false })
  expect(minorUnits('1.005', 2)).toEqual({ units: 101, isRounded: true })
  expect(minorUnits('-33.6442', 2)).toEqual({ units: -3364, isRounded: true })
  expect(minorUnits('0.2500', 2)).toEqual({ units: 25, isRounded: false })
  expect(minorUnits('1499.5', 0)).toEqual({ units: 1500, isRounded: true })
  expect(minorUnits('-0.001', 2)).toEqual({ units: 0, isRounded: true })
})

test('what is no plain number is none', () => {
  for (const text of ['', 'free', '1,234.50', '12,50', '1e3', '£5', '.5', '1.', '--1'])
    expect(minorUnits(text, 2)).toBeNull()
})

test('any number of cents survives being written as a decimal', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (cents) => {
      const text = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
      expect(minorUnits(text, 2)).toEqual({ units: cents, isRounded: false })
    }),
  )
})
