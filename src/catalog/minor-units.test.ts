import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { minorDigits, minorUnits } from './minor-units.ts'

describe('an amount in minor units', () => {
  test.each([
    ['19.99', 'GBP', 1999],
    [19.99, 'GBP', 1999],
    [0.1, 'GBP', 10],
    [1.15, 'EUR', 115],
    ['8.2', 'USD', 820],
    ['7', 'GBP', 700],
    ['0.05', 'GBP', 5],
    [500, 'JPY', 500],
    ['500', 'KRW', 500],
    ['1.234', 'KWD', 1234],
    ['1.2', 'KWD', 1200],
    ['1.2345', 'CLF', 12_345],
    ['9.99', 'XYZ', 999],
    ['-4.5', 'GBP', -450],
    ['-0', 'GBP', 0],
  ])('%s %s is %d', (amount, currency, units) => {
    expect(minorUnits(amount, currency)).toBe(units)
  })

  test.each([
    ['19.999', 'GBP', 'too_many_digits'],
    ['19.990', 'GBP', 'too_many_digits'],
    [0.1 + 0.2, 'GBP', 'too_many_digits'],
    ['1.5', 'JPY', 'too_many_digits'],
    ['1,50', 'GBP', 'bad_format'],
    ['£5', 'GBP', 'bad_format'],
    ['', 'GBP', 'bad_format'],
    ['.5', 'GBP', 'bad_format'],
    [1e21, 'GBP', 'bad_format'],
    [true, 'GBP', 'wrong_type'],
    [null, 'GBP', 'wrong_type'],
  ])('%s %s is refused: %s', (amount, currency, reason) => {
    expect(minorUnits(amount, currency)).toEqual({ reason })
  })

  test('written as a decimal, as text or as a number, is read back exactly in every currency', () => {
    const currency = fc.constantFrom('GBP', 'JPY', 'KWD', 'CLF')
    fc.assert(
      fc.property(currency, fc.integer({ min: 0, max: 1_000_000_000 }), (code, units) => {
        const digits = minorDigits(code)
        const text = String(units).padStart(digits + 1, '0')
        const whole = text.slice(0, text.length - digits)
        const decimal = digits === 0 ? whole : `${whole}.${text.slice(-digits)}`
        expect(minorUnits(decimal, code)).toBe(units)
        expect(minorUnits(Number(decimal), code)).toBe(units)
      }),
    )
  })
})
