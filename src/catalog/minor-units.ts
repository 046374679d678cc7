import type { Value } from '../algebra/source.ts'
import { SHAPE_FAULTS } from './shape-faults.ts'

/** Digits after the point of the currencies that do not have two. @source ISO 4217, list one */
const DIGITS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
  CLF: 4,
  UYW: 4,
}

/** Digits after the point of an amount: JPY 0, GBP 2, KWD 3; 2 for a code that is not known. */
export const minorDigits = (currency: string): number => DIGITS[currency] ?? 2

const DECIMAL = /^(-?)([0-9]{1,15})(?:\.([0-9]+))?$/

/**
 * A decimal amount in minor units, by the digits as they are written, never by way of a float: `'19.99'` in GBP is
 * 1999, `'19.99'` in KWD 19990. A JSON number counts as its shortest decimal.
 * @returns the reason if it is no decimal, or has more digits than the currency
 */
export function minorUnits(amount: Value, currency: string): number | { readonly reason: string } {
  if (typeof amount !== 'string' && typeof amount !== 'number') return { reason: SHAPE_FAULTS.type }
  const [, sign, whole = '', fraction = ''] = DECIMAL.exec(String(amount)) ?? []
  if (whole === '') return { reason: SHAPE_FAULTS.format }
  const digits = minorDigits(currency)
  if (fraction.length > digits) return { reason: SHAPE_FAULTS.digits }
  const units = Number(whole + fraction.padEnd(digits, '0'))
  return sign === '-' && units !== 0 ? -units : units
}
