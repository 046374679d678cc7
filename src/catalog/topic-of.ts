import type { RecordValue } from '../algebra/source.ts'

/** Two fields that tell a topic; the first that fits, so that a product with stock is a product. */
const SIGNATURES = [
  { topic: 'orders', fields: ['order_id', 'line_no'] },
  { topic: 'clickstream', fields: ['event_id', 'event'] },
  { topic: 'products', fields: ['sku', 'product_name'] },
  { topic: 'customers', fields: ['customer_id', 'consent'] },
  { topic: 'inventory', fields: ['sku', 'inventory'] },
  { topic: 'offers', fields: ['offer_id', 'kind'] },
] as const

/** Topic of an event that does not name one, by the fields that it has; null if none fits. */
export function topicOf(value: RecordValue): string | null {
  for (const { topic, fields } of SIGNATURES) {
    if (value[fields[0]] !== undefined && value[fields[1]] !== undefined) return topic
  }
  return null
}
