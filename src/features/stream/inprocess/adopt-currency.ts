import type { AccountingCurrency } from '../../../catalog/accounting-currency.ts'
import type { EventLog } from '../../../event-log/contract/event-log.ts'
import type { OnlineState } from '../../online/online-state.ts'

/**
 * Reads the shop's currency back where no setting says it: that of its products, else of the first record of the
 * log that has one.
 */
export async function adoptCurrency(
  currency: AccountingCurrency,
  log: EventLog,
  state: OnlineState | undefined,
): Promise<void> {
  if (currency.code !== undefined) return
  for (const product of state?.entities('products') ?? []) {
    currency.adopt(String(product['currency']))
    return
  }
  for await (const records of log.read(0)) {
    const code = records.find(({ value }) => typeof value['currency'] === 'string')?.value['currency']
    if (typeof code !== 'string') continue
    currency.adopt(code)
    return
  }
}
