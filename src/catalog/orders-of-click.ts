import type { RecordValue, Value } from '../algebra/source.ts'

/**
 * The order lines that a clickstream `purchase` stands for, for shops whose only word of an order is that click. The
 * order is the GA4 `transaction_id` of the click, else the click itself; a line is the place of its item, so the same
 * purchase sent again gives the same ids. What a line lacks (a price) is the contract's to refuse.
 *
 * @param click in the shape of its contract
 * @param currency of the amounts, ISO 4217; undefined if nobody has said it yet
 * @returns none for any other click, and for one of a bot
 */
export function ordersOfClick(click: RecordValue, currency: Value): readonly RecordValue[] {
  if (click['event'] !== 'purchase' || (click['bot'] ?? null) !== null) return []
  const { items, extra } = recordOf(click['payload'])
  const order = recordOf(extra)['transaction_id'] ?? click['event_id']
  return (Array.isArray(items) ? items : []).map((line: Value, index) => {
    const { item_id, quantity, price_cents, discount_cents } = recordOf(line)
    return present({
      order_id: order,
      line_no: index + 1,
      customer_id: click['customer_id'],
      sku: item_id,
      quantity: quantity ?? 1,
      price_cents,
      price_discount_cents: discount_cents ?? 0,
      currency,
      decision_id: click['decision_id'],
      ordered_at: click['occurred_at'],
    })
  })
}

const recordOf = (value: Value): RecordValue =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as RecordValue) : {}

const present = (record: RecordValue): RecordValue =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined && value !== null))
