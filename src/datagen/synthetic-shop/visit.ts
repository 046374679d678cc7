import type { Click } from '../../catalog/events/clickstream.ts'
import type { OrderLine } from '../../catalog/events/orders.ts'
import { DAY_MS, SECOND_MS } from '../../core/duration.ts'
import type { Random } from '../../core/random.ts'
import type { PlantedBundle } from './bundles.ts'
import { seasonTimes } from './category-tree.ts'
import type { GeneratedEvent } from './generated-event.ts'
import { type Aisle, priceAt, type ShopProduct, weightedPlace } from './shop-products.ts'
import type { Shopper } from './shoppers.ts'

/** What a visitor meets. */
export type Shop = {
  readonly aisles: readonly Aisle[]
  readonly productOf: ReadonlyMap<string, ShopProduct>
  readonly bundleOf: ReadonlyMap<string, PlantedBundle>
}

/** Something that a shopper has used up by an instant and will want again. */
export type Refill = { readonly item: ShopProduct; readonly dueAt: number }

/** What a visit leaves behind. */
export type VisitResult = {
  /** By instant. Returns of what was bought lie days later. */
  readonly events: readonly GeneratedEvent[]
  readonly refills: readonly Refill[]
}

export type VisitStart = {
  readonly shopper: Shopper
  readonly at: number
  readonly sessionId: string
  readonly orderId: string
  /** Refills that are due: looked for first. */
  readonly wanted: readonly ShopProduct[]
}

const CART_CHANCE = 0.28
const WISH_CHANCE = 0.08
const UNCART_CHANCE = 0.06
const RETURN_CHANCE = 0.04
const COMPANION_TAKEN = 0.75
const FAVOURITE_BRAND_CHANCE = 0.5

/** One visit from the first look to the order, if it comes to one. */
export function visit(shop: Shop, start: VisitStart): VisitResult {
  const walk = new Walk(shop, start)
  for (const item of start.wanted) walk.take(item)
  const { random } = start.shopper
  for (let intents = 1 + random.below(2); intents > 0; intents -= 1) walk.browse()
  return walk.finish()
}

type CartLine = { readonly item: ShopProduct; readonly quantity: number; readonly repeat: boolean }

/** The state of one visit: the instant reached, what lies in the cart, what was emitted. */
class Walk {
  readonly #shop: Shop
  readonly #start: VisitStart
  readonly #random: Random
  readonly #events: GeneratedEvent[] = []
  readonly #cart: CartLine[] = []
  #at: number
  #loggedIn: boolean
  #clicks = 0

  constructor(shop: Shop, start: VisitStart) {
    this.#shop = shop
    this.#start = start
    this.#random = start.shopper.random
    this.#at = start.at
    this.#loggedIn = this.#random.next() >= start.shopper.lateLogin
  }

  /** Looks for one kind of thing and at some of what is there. */
  browse(): void {
    const aisle = this.#pickAisle()
    if (aisle === undefined) return
    const searched = this.#random.next() < 0.3
    const picks = Array.from({ length: 1 + this.#random.below(4) }, () => this.#pickProduct(aisle))
    const looks = [...new Set(picks)]
    if (searched) this.#click('search', [], aisle.leaf.nouns[0])
    else this.#click('view_item_list', looks)
    for (const item of looks) {
      this.#click('view_item', [item])
      if (this.#random.next() < WISH_CHANCE) this.#click('add_to_wishlist', [item])
      if (this.#random.next() < CART_CHANCE) this.#putInCart(item, false)
    }
  }

  /** Looks at something known and carts it: a refill. */
  take(item: ShopProduct): void {
    this.#click('view_item', [item])
    this.#putInCart(item, true)
  }

  finish(): VisitResult {
    const bought = this.#cart.length > 0 && this.#random.next() < this.#start.shopper.decisiveness
    if (this.#cart.length > 0 && (bought || this.#random.next() < 0.3)) this.#login()
    if (!bought) return { events: this.#events, refills: [] }
    const items = this.#cart.map(({ item }) => item)
    this.#click('begin_checkout', items)
    this.#click('purchase', items)
    for (const [index, line] of this.#cart.entries()) this.#order(line, index + 1)
    return { events: this.#events, refills: this.#cart.flatMap(({ item }) => this.#refill(item)) }
  }

  #pickAisle(): Aisle | undefined {
    const { aisles } = this.#shop
    const dayOfYear = Math.floor((this.#at % (365.25 * DAY_MS)) / DAY_MS) + 1
    // Drawn by taste, then kept by season: what is not in season now is looked for less.
    for (let tries = 0; tries < 8; tries += 1) {
      const aisle = aisles[weightedPlace(this.#start.shopper.taste, this.#random.next())]
      if (aisle === undefined) return undefined
      if (this.#random.next() < seasonTimes(aisle.leaf, dayOfYear) / (aisle.leaf.season?.times ?? 1))
        return aisle
    }
    return undefined
  }

  #pickProduct(aisle: Aisle): ShopProduct {
    const draw = (): ShopProduct => {
      const item = aisle.products[weightedPlace(aisle.cumulative, this.#random.next())]
      if (item === undefined) throw new Error('bug: an aisle without products')
      return item
    }
    const first = draw()
    const liked = this.#start.shopper.brands.has(first.product.brand ?? '')
    return liked || this.#random.next() > FAVOURITE_BRAND_CHANCE ? first : draw()
  }

  #putInCart(item: ShopProduct, repeat: boolean): void {
    if (item.product.inventory === 0 || this.#cart.some((line) => line.item === item)) return
    const quantity = this.#random.next() < 0.8 ? 1 : 2 + this.#random.below(2)
    this.#click('add_to_cart', [item], undefined, quantity)
    if (!repeat && this.#random.next() < UNCART_CHANCE) {
      this.#click('remove_from_cart', [item], undefined, quantity)
      return
    }
    this.#cart.push({ item, quantity, repeat })
    this.#followBundle(item)
  }

  #followBundle(item: ShopProduct): void {
    const bundle = this.#shop.bundleOf.get(item.product.sku)
    const companion = bundle === undefined ? undefined : this.#shop.productOf.get(bundle.companion)
    if (bundle === undefined || companion === undefined || this.#random.next() >= bundle.probability) return
    this.#click('view_item', [companion])
    if (this.#random.next() < COMPANION_TAKEN) this.#putInCart(companion, false)
  }

  #login(): void {
    if (this.#loggedIn || this.#start.shopper.customer === null) return
    this.#loggedIn = true
    this.#click('login', [])
  }

  #customerId(): { readonly customer_id?: string } {
    const { customer } = this.#start.shopper
    return this.#loggedIn && customer !== null ? { customer_id: customer.customer_id } : {}
  }

  #click(event: Click['event'], items: readonly ShopProduct[], searchTerm?: string, quantity?: number): void {
    this.#at += (2 + this.#random.below(58)) * SECOND_MS
    this.#clicks += 1
    const value: Click = {
      event_id: `${this.#start.sessionId}.${this.#clicks}`,
      event,
      occurred_at: this.#at,
      session_id: this.#start.sessionId,
      ...this.#customerId(),
      payload: {
        ...(items.length === 0 ? {} : { items: items.map((item) => this.#clickItem(item, quantity)) }),
        ...(searchTerm === undefined ? {} : { search_term: searchTerm.toLowerCase() }),
      },
    }
    this.#events.push({ topic: 'clickstream', loggedAt: this.#at, value })
  }

  #clickItem(item: ShopProduct, quantity: number | undefined) {
    return {
      item_id: item.product.sku,
      item_name: item.product.product_name,
      item_category: item.product.category,
      price_cents: priceAt(item, this.#at),
      ...(quantity === undefined ? {} : { quantity }),
    }
  }

  #order({ item, quantity, repeat }: CartLine, lineNo: number): void {
    const value: OrderLine = {
      order_id: this.#start.orderId,
      line_no: lineNo,
      ...this.#customerId(),
      sku: item.product.sku,
      quantity,
      price_cents: priceAt(item, this.#at),
      price_discount_cents: 0,
      currency: item.product.currency,
      ordered_at: this.#at,
    }
    const planted = repeat ? 'repeat' : this.#start.shopper.customer === null ? 'guest' : undefined
    this.#events.push({
      topic: 'orders',
      loggedAt: this.#at,
      value,
      ...(planted === undefined ? {} : { planted }),
    })
    if (this.#random.next() < RETURN_CHANCE) this.#return(value)
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
    this.#events.push({ topic: 'orders', loggedAt: orderedAt, value, planted: 'return' })
  }

  #refill(item: ShopProduct): readonly Refill[] {
    const days = item.leaf.usedUpDays
    if (days === undefined) return []
    return [{ item, dueAt: this.#at + Math.round(days * (0.8 + 0.4 * this.#random.next()) * DAY_MS) }]
  }
}
