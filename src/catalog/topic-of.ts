import type { RecordValue } from '../algebra/source.ts'
import { namesOf } from './aliases.ts'
import { isGa4 } from './ga4.ts'

/** Two fields that tell a topic; the first that fits, so that a product with stock is a product. */
const SIGNATURES = [
  { topic: 'orders', fields: ['order_id', 'line_no'] },
  { topic: 'clickstream', fields: ['event_id', 'event'] },
  { topic: 'products', fields: ['sku', 'product_name'] },
  { topic: 'customers', fields: ['customer_id', 'consent'] },
  { topic: 'inventory', fields: ['sku', 'inventory'] },
  { topic: 'offers', fields: ['offer_id', 'kind'] },
].map(({ topic, fields }) => ({ topic, fields: fields.map((field) => namesOf(topic, field)) }))

/** Topic of an event that does not name one, by the fields that it has, under any of their names; null if none fits. */
export function topicOf(value: RecordValue): string | null {
  const isThere = (names: readonly string[]): boolean => names.some((name) => value[name] !== undefined)
  const known = SIGNATURES.find(({ fields }) => fields.every(isThere))
  return known?.topic ?? (isGa4(value) ? 'clickstream' : null)
}
