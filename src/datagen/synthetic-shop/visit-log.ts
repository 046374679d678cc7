import type { Click } from '../../catalog/events/clickstream.ts'
import type { OrderLine } from '../../catalog/events/orders.ts'
import { DAY_MS, SECOND_MS } from '../../core/duration.ts'
import type { Random } from '../../core/random.ts'
import type { Exposure, GeneratedEvent, PlantedKind } from './generated-event.ts'
import { priceAt, type ShopProduct } from './shop-products.ts'

type ClickItem = NonNullable<Click['payload']['items']>[number]

/** What is told of a click beside its name. */
export type ClickDetails = {
  readonly items?: readonly ShopProduct[]
  readonly quantity?: number
  readonly searchTerm?: string
  readonly listId?: string
  /** Off the first item, per unit. */
  readonly discountCents?: number
  readonly extra?: Readonly<Record<string, string>>
  readonly exposure?: Exposure
}

/** A line of the order, as it is bought. */
export type BoughtLine = {
  readonly item: ShopProduct
  readonly quantity: number
  readonly discountCents: number
  readonly offerId?: string
  readonly planted?: PlantedKind
}

export type VisitIds = {
  readonly sessionId: string
  readonly orderId: string
  /** Named by events once logged in; null for somebody who never logs in. */
  readonly customerId: string | null
}

const RETURN_CHANCE = 0.04

/** Writes down what a visitor does: keeps the instant, the number of the click and who is logged in. */
export class VisitLog {
  readonly events: GeneratedEvent[] = []
  readonly #ids: VisitIds
  readonly #random: Random
  /** How much later than it happened a click is logged. */
  readonly #delayMs: number
  #at: number
  #loggedIn = false
  #clicks = 0

  constructor(ids: VisitIds, at: number, delayMs: number, random: Random) {
    this.#ids = ids
    this.#at = at
    this.#delayMs = delayMs
    this.#random = random
  }

  get at(): number {
    return this.#at
  }

  get isLoggedIn(): boolean {
    return this.#loggedIn
  }

  /** Takes up a login of an earlier visit: there is no click for it. */
  resumeLogin(): void {
    this.#loggedIn = this.#ids.customerId !== null
  }

  login(): void {
    if (this.#loggedIn || this.#ids.customerId === null) return
    this.#loggedIn = true
    this.click('login', {})
  }

  /** A click some seconds after the last one. */
  click(event: Click['event'], details: ClickDetails): void {
    this.#at += (2 + this.#random.below(58)) * SECOND_MS
    this.#clicks += 1
    const { sessionId, customerId } = this.#ids
    const value: Click = {
      event_id: `${sessionId}.${this.#clicks}`,
      event,
      occurred_at: this.#at,
      session_id: sessionId,
      payload: this.#payload(details),
    }
    if (this.#loggedIn && customerId !== null) value.customer_id = customerId
    this.events.push(this.#logged(value, details.exposure))
  }

  order(line: BoughtLine, lineNo: number): void {
    const { item, quantity, discountCents, offerId, planted } = line
    const { orderId, customerId } = this.#ids
    const value: OrderLine = {
      order_id: orderId,
      line_no: lineNo,
      sku: item.product.sku,
      quantity,
      price_cents: priceAt(item, this.#at),
      price_discount_cents: discountCents,
      currency: item.product.currency,
      ordered_at: this.#at,
    }
    if (this.#loggedIn && customerId !== null) value.customer_id = customerId
    if (offerId !== undefined) value.offer_id = offerId
    const event = { topic: 'orders', loggedAt: this.#at, value } as const
    this.events.push(planted === undefined ? event : { ...event, planted })
    if (this.#random.next() < RETURN_CHANCE) this.#return(value)
  }

  #logged(value: Click, exposure: Exposure | undefined): GeneratedEvent {
    const loggedAt = this.#at + this.#delayMs
    if (this.#delayMs === 0) {
      if (exposure === undefined) return { topic: 'clickstream', loggedAt, value }
      return { topic: 'clickstream', loggedAt, value, exposure }
    }
    const late = { topic: 'clickstream', loggedAt, value, planted: 'late' } as const
    return exposure === undefined ? late : { ...late, exposure }
  }

  #payload({ items, quantity, searchTerm, listId, discountCents, extra }: ClickDetails): Click['payload'] {
    const payload: Click['payload'] = {}
    if (items !== undefined) {
      payload.items = items.map((item, index) => {
        const told: ClickItem = {
          item_id: item.product.sku,
          item_name: item.product.product_name,
          item_category: item.product.category,
          price_cents: priceAt(item, this.#at),
        }
        if (quantity !== undefined) told.quantity = quantity
        if (discountCents !== undefined && index === 0) told.discount_cents = discountCents
        if (listId !== undefined) {
          told.index = index
          told.item_list_id = listId
        }
        return told
      })
    }
    if (searchTerm !== undefined) payload.search_term = searchTerm.toLowerCase()
    if (extra !== undefined) payload.extra = { ...extra }
    return payload
  }

  #return(line: OrderLine): void {
    const orderedAt = line.ordered_at + (4 + this.#random.below(10)) * DAY_MS
    const value: OrderLine = {
      ...line,
      line_no: 1000 + line.line_no,
      quantity: -line.quantity,
      reverses: `${line.order_id}:${line.line_no}`,
      ordered_at: orderedAt,
    }
    this.events.push({ topic: 'orders', loggedAt: orderedAt, value, planted: 'return' })
  }
}
