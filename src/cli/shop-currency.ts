import { existsSync, readFileSync } from 'node:fs'
import { AccountingCurrency, type CurrencySetting } from '../catalog/accounting-currency.ts'
import { EndcapError } from '../core/errors.ts'

/**
 * What the file at `place` says, `{"code": "GBP", "rates": {"USD": "0.7893"}}`; nothing if it is not there.
 * @throws EndcapError BAD_INPUT_FILE if it says something else
 */
export function shopCurrency(place: string): CurrencySetting {
  if (!existsSync(place)) return {}
  try {
    const { code, rates, ...others }: Partial<Record<string, unknown>> = JSON.parse(
      readFileSync(place, 'utf8'),
    )
    const [unknown] = Object.keys(others)
    if (unknown !== undefined) throw new Error(`has a member '${unknown}'`)
    const setting: CurrencySetting = {
      ...(code === undefined ? {} : { code: wordOf('code', code) }),
      ...(rates === undefined ? {} : { rates: ratesOf(rates) }),
    }
    new AccountingCurrency(setting)
    return setting
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause)
    throw new EndcapError('BAD_INPUT_FILE', what, { place, cause })
  }
}

function ratesOf(rates: unknown): Readonly<Record<string, string>> {
  if (typeof rates !== 'object' || rates === null) throw new Error('has rates that are no object')
  return Object.fromEntries(
    Object.entries(rates).map(([name, rate]) => [name, wordOf(`rates.${name}`, rate)]),
  )
}

function wordOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new Error(`has a '${name}' that is no text`)
}
