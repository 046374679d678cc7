import type { RecordValue, Value } from '../algebra/source.ts'
import { EndcapError } from '../core/errors.ts'
import { minorDigits } from './minor-units.ts'

export type CurrencySetting = {
  /** ISO 4217; absent: that of the first product or order line of the log. */
  readonly code?: string
  /** What one unit of another currency is worth in the shop's, as a decimal: `{ USD: '0.7893' }`. */
  readonly rates?: Readonly<Record<string, string>>
}

/** Why an amount in another currency does not count. */
export const FOREIGN_CURRENCY = 'foreign_currency'

const CODE = /^[A-Z]{3}$/
const RATE = /^[0-9]{1,9}(\.[0-9]{1,12})?$/

type Rate = { readonly factor: bigint; readonly scale: bigint }

/** The one currency in which a shop's amounts are added up; others are converted by a fixed table, or refused. */
export class AccountingCurrency {
  readonly #rates: Readonly<Record<string, string>>
  readonly #known = new Map<string, Rate>()
  #code: string | undefined

  /** @throws EndcapError BAD_DEFINITION for a code that is none, or a rate that is no positive decimal */
  constructor({ code, rates = {} }: CurrencySetting = {}) {
    for (const each of [...(code === undefined ? [] : [code]), ...Object.keys(rates)]) {
      if (!CODE.test(each)) throw new EndcapError('BAD_DEFINITION', `'${each}' is no currency`)
    }
    for (const [each, rate] of Object.entries(rates)) {
      if (RATE.test(rate) && /[1-9]/.test(rate)) continue
      throw new EndcapError('BAD_DEFINITION', `'${rate}' is no rate for ${each}: a decimal above 0 is`)
    }
    this.#code = code
    this.#rates = rates
  }

  /** Undefined until a setting or a record says it. */
  get code(): string | undefined {
    return this.#code
  }

  /** The shop's currency is this one, unless it is known already. */
  adopt(code: string): void {
    this.#code ??= code
  }

  /**
   * A record whose amounts are in `currency`, in the shop's: itself if they are, or if the shop's is not known yet.
   * @returns null if there is no rate
   */
  settled(record: RecordValue, currency: string): RecordValue | null {
    const own = this.#code
    if (own === undefined || currency === own) return record
    const rate = this.#rateOf(currency, own)
    if (rate === undefined) return null
    const converted = inMoney(record, (units) => convert(units, rate))
    return 'currency' in record ? { ...converted, currency: own } : converted
  }

  #rateOf(currency: string, own: string): Rate | undefined {
    const decimal = Object.hasOwn(this.#rates, currency) ? this.#rates[currency] : undefined
    if (decimal === undefined) return undefined
    const known = this.#known.get(currency)
    if (known !== undefined) return known
    const [whole = '', fraction = ''] = decimal.split('.')
    const digits = BigInt(minorDigits(own) - minorDigits(currency) - fraction.length)
    const factor = BigInt(whole + fraction)
    const rate =
      digits >= 0n ? { factor: factor * 10n ** digits, scale: 1n } : { factor, scale: 10n ** -digits }
    this.#known.set(currency, rate)
    return rate
  }
}

/** Half a unit is rounded up. */
function convert(units: number, { factor, scale }: Rate): number {
  return Number((2n * BigInt(units) * factor + scale) / (2n * scale))
}

/** The record with every amount in minor units, at any depth, converted. */
function inMoney(record: RecordValue, convertUnits: (units: number) => number): RecordValue {
  const inside = (name: string, value: Value): Value => {
    if (typeof value === 'number') return name.endsWith('_cents') ? convertUnits(value) : value
    if (Array.isArray(value)) return value.map((item: Value) => inside('', item))
    return value !== null && typeof value === 'object' ? inMoney(value as RecordValue, convertUnits) : value
  }
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, inside(name, value)]))
}
