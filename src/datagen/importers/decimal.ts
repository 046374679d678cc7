/** An amount in minor units. */
export type MinorUnits = {
  readonly units: number
  /** The text has more decimals than the currency and they were not zero: rounded half away from zero. */
  readonly isRounded: boolean
}

const DECIMAL = /^([+-]?)([0-9]{1,13})(?:\.([0-9]{1,30}))?$/

/**
 * A decimal amount as whole minor units, digit by digit: no binary fractions on the way. `12.99` with 2 digits is
 * 1299; null if the text is no plain decimal number (no thousands separators, no exponent).
 *
 * @param digits decimals of the currency, 0 to 4
 */
export function minorUnits(text: string, digits: number): MinorUnits | null {
  const match = DECIMAL.exec(text.trim())
  if (match === null) return null
  const decimals = match[3] ?? ''
  const rest = decimals.slice(digits)
  const units =
    Number(`${match[2]}${decimals.slice(0, digits).padEnd(digits, '0')}`) +
    (Number(rest.slice(0, 1)) >= 5 ? 1 : 0)
  return { units: match[1] === '-' && units > 0 ? -units : units, isRounded: /[1-9]/.test(rest) }
}
