import type { Click } from '../../catalog/events/clickstream.ts'
import type { Customer } from '../../catalog/events/customers.ts'
import type { InventoryLevel } from '../../catalog/events/inventory.ts'
import type { Offer } from '../../catalog/events/offers.ts'
import type { OrderLine } from '../../catalog/events/orders.ts'
import type { Product } from '../../catalog/events/products.ts'

/** Why an event is there, where that is worth counting. */
export type PlantedKind = 'duplicate' | 'late' | 'bot' | 'return' | 'repeat' | 'offer' | 'guest'

/**
 * A look at a product of which a draw decided whether its offer was shown, with what would have come of either: the
 * truth that an estimate of uplift is held against. The log holds the arm and the propensity, never the rest.
 */
export type Exposure = {
  readonly offer_id: string
  readonly sku: string
  readonly session_id: string
  /** Who it was, logged in or not; null for somebody without an account. */
  readonly customer_id: string | null
  readonly price_sensitivity: number
  /** Epoch ms of the look. */
  readonly at: number
  readonly shown: boolean
  /** Chance of being shown, known before the draw. One draw holds for all products of the offer in a visit. */
  readonly propensity: number
  /** Chance that this look ends in an order of the product, if shown and if held out. */
  readonly p_buy_shown: number
  readonly p_buy_held_out: number
  /** Whether it did; settled at the end of the visit. */
  bought: boolean
}

/** One record of a topic, as it would be posted. */
export type GeneratedEvent = {
  /** Epoch ms; from event to event it never falls. A late event happened earlier. */
  readonly loggedAt: number
  readonly planted?: PlantedKind
  /** On the click that looks at the product. */
  readonly exposure?: Exposure
} & (
  | { readonly topic: 'products'; readonly value: Product }
  | { readonly topic: 'inventory'; readonly value: InventoryLevel }
  | { readonly topic: 'customers'; readonly value: Customer }
  | { readonly topic: 'offers'; readonly value: Offer }
  | { readonly topic: 'orders'; readonly value: OrderLine }
  | { readonly topic: 'clickstream'; readonly value: Click }
)
