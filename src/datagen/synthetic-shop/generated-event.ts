import type { Click } from '../../catalog/events/clickstream.ts'
import type { Customer } from '../../catalog/events/customers.ts'
import type { OrderLine } from '../../catalog/events/orders.ts'
import type { Product } from '../../catalog/events/products.ts'

/** Why an event is there, where that is worth counting. */
export type PlantedKind = 'duplicate' | 'return' | 'repeat' | 'guest'

/** One record of a topic, as it would be posted. */
export type GeneratedEvent = {
  /** Epoch ms; from event to event it never falls. */
  readonly loggedAt: number
  readonly planted?: PlantedKind
} & (
  | { readonly topic: 'products'; readonly value: Product }
  | { readonly topic: 'customers'; readonly value: Customer }
  | { readonly topic: 'orders'; readonly value: OrderLine }
  | { readonly topic: 'clickstream'; readonly value: Click }
)
