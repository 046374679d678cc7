import type { InventoryLevel } from '../../catalog/events/inventory.ts'
import type { Random } from '../../core/random.ts'
import { type Aisle, type AislesOfDay, weightedPlace } from './aisles.ts'
import type { PlantedBundle } from './bundles.ts'
import { cartChance, UNCART_CHANCE } from './choice.ts'
import type { GeneratedEvent } from './generated-event.ts'
import type { Memories } from './memories.ts'
import type { OfferBoard } from './offer-board.ts'
import { priceAt, priceRatio, type ShopProduct } from './shop-products.ts'
import type { Shopper } from './shoppers.ts'
import type { Stock } from './stock.ts'
import { type BoughtLine, VisitLog } from './visit-log.ts'
import { type Encounter, VisitOffers } from './visit-offers.ts'

/** What a visitor meets. */
export type Shop = {
  readonly aisles: readonly Aisle[]
  readonly productOf: ReadonlyMap<string, ShopProduct>
  readonly bundleOf: ReadonlyMap<string, PlantedBundle>
  readonly offers: OfferBoard
  readonly stock: Stock
  readonly memories: Memories
  /** Nothing happens from here on; epoch ms. */
  readonly endAt: number
}

export type VisitStart = {
  readonly shopper: Shopper
  readonly at: number
  readonly today: AislesOfDay
  readonly sessionId: string
  readonly orderId: string
  /** How much later than they happen clicks are logged. */
  readonly delayMs: number
  readonly random: Random
}

const WISH_CHANCE = 0.08
const COMPANION_TAKEN = 0.75
const SECOND_LOOK_CHANCE = 0.5
const CHEAPER_CHANCE = 0.8
const WISHED_LOOK_CHANCE = 0.35
const WISH_TIMES = 1.6
const UNWISH_CHANCE = 0.1
const CHECKOUT_LEFT_CHANCE = 0.3

/** One visit from the first look to the order, if it comes to one. @returns what is logged of it, not in order */
export function visit(shop: Shop, start: VisitStart): readonly GeneratedEvent[] {
  const walk = new Walk(shop, start)
  walk.refill()
  walk.wished()
  for (let intents = 1 + start.random.below(2); intents > 0; intents -= 1) walk.browse()
  return walk.finish()
}

type CartLine = {
  readonly item: ShopProduct
  readonly quantity: number
  readonly isRepeat: boolean
  readonly encounter: Encounter | undefined
}

/** The state of one visit: what was looked at, what lies in the cart. */
class Walk {
  readonly #shop: Shop
  readonly #start: VisitStart
  readonly #random: Random
  readonly #shopper: Shopper
  readonly #log: VisitLog
  readonly #offers: VisitOffers
  readonly #cart: CartLine[] = []
  readonly #lookedAt = new Set<ShopProduct>()

  constructor(shop: Shop, start: VisitStart) {
    this.#shop = shop
    this.#start = start
    this.#random = start.random
    this.#shopper = start.shopper
    const ids = { sessionId: start.sessionId, orderId: start.orderId, customerId: start.shopper.customerId }
    this.#log = new VisitLog(ids, start.at, start.delayMs, start.random)
    if (this.#random.next() >= start.shopper.lateLogin) this.#log.resumeLogin()
    this.#offers = new VisitOffers(start.shopper, start.sessionId, this.#log, this.#random)
  }

  /** Carts what was used up. */
  refill(): void {
    for (const item of this.#shop.memories.takeDue(this.#shopper.number, this.#start.at)) {
      this.#lookedAt.add(item)
      this.#log.click('view_item', { items: [item] })
      this.#putInCart(item, true, undefined)
    }
  }

  /** Looks again at something from the wishlist. */
  wished(): void {
    const wishes = this.#shop.memories.wishes(this.#shopper.number)
    if (wishes.length === 0 || this.#random.next() >= WISHED_LOOK_CHANCE) return
    const item = this.#random.pick(wishes)
    if (this.#lookedAt.has(item)) return
    this.#look(item, WISH_TIMES)
    if (this.#random.next() < UNWISH_CHANCE) this.#unwish(item)
  }

  /** Looks for one kind of thing and at some of what is there. */
  browse(): void {
    const place = this.#pickAisle()
    const aisle = this.#shop.aisles[place]
    if (aisle === undefined) return
    const searched = this.#random.next() < 0.3
    const looks: ShopProduct[] = []
    for (let picks = 1 + this.#random.below(4); picks > 0; picks -= 1) {
      const item = this.#pickProduct(aisle, this.#start.today.cumulative(place))
      if (item !== undefined && !looks.includes(item) && !this.#lookedAt.has(item)) looks.push(item)
    }
    if (searched) this.#log.click('search', { searchTerm: aisle.leaf.nouns[0] ?? '' })
    else if (looks.length > 0) {
      this.#log.click('view_item_list', { items: looks, listId: aisle.leaf.prefix })
      if (this.#random.next() < 0.5) this.#log.click('select_item', { items: looks.slice(0, 1) })
    }
    for (const item of looks) this.#look(item, 1)
  }

  finish(): readonly GeneratedEvent[] {
    const { events } = this.#log
    if (this.#cart.length === 0) return events
    const buys = this.#random.next() < this.#shopper.decisiveness
    if (buys || this.#random.next() < CHECKOUT_LEFT_CHANCE) this.#log.login()
    if (!buys) return events
    for (const { item } of this.#cart) {
      if (this.#shop.memories.wishes(this.#shopper.number).includes(item)) this.#unwish(item)
    }
    const items = this.#cart.map(({ item }) => item)
    this.#log.click('begin_checkout', { items })
    this.#log.click('purchase', { items })
    // What would be ordered after the end is not.
    if (this.#log.at < this.#shop.endAt) this.#buy()
    return events
  }

  #buy(): void {
    const { at } = this.#log
    for (const [index, line] of this.#cart.entries()) {
      this.#log.order(this.#bought(line, at), index + 1)
      this.#offers.isBought(line.encounter)
      this.#tell(this.#shop.stock.sell(line.item, line.quantity, at))
      this.#shop.memories.bought(this.#shopper.number, line.item, at, this.#random)
    }
  }

  #bought({ item, quantity, isRepeat, encounter }: CartLine, at: number): BoughtLine {
    const line = { item, quantity }
    if (encounter?.isShown === true) {
      const { offer_id: offerId } = encounter.planted.offer
      return { ...line, discountCents: encounter.discountCents, offerId, planted: 'offer' }
    }
    const bundle = this.#cart
      .map((other) => this.#shop.offers.bundleOf(other.item, item, at)?.offer)
      .find((offer) => offer !== undefined)
    if (bundle !== undefined && quantity === 1) {
      const discountCents = Math.min(bundle.amount_off_cents ?? 0, priceAt(item, at) - 1)
      return { ...line, discountCents, offerId: bundle.offer_id, planted: 'offer' }
    }
    if (isRepeat) return { ...line, discountCents: 0, planted: 'repeat' }
    return this.#shopper.number === null
      ? { ...line, discountCents: 0, planted: 'guest' }
      : { ...line, discountCents: 0 }
  }

  #tell(value: InventoryLevel | null): void {
    if (value !== null) this.#log.events.push({ topic: 'inventory', loggedAt: value.updated_at, value })
  }

  /** A draw in proportion to taste and season. */
  #pickAisle(): number {
    const { taste } = this.#shopper
    const { times } = this.#start.today
    let total = 0
    for (let place = 0; place < taste.length; place += 1) total += (taste[place] ?? 0) * (times[place] ?? 0)
    let left = this.#random.next() * total
    for (let place = 0; place < taste.length; place += 1) {
      left -= (taste[place] ?? 0) * (times[place] ?? 0)
      if (left < 0) return place
    }
    return taste.length - 1
  }

  /** By popularity; what is not of a liked brand is often passed over once, and the cheaper of two is taken by some. */
  #pickProduct(aisle: Aisle, cumulative: Float64Array): ShopProduct | undefined {
    const draw = () => aisle.products[weightedPlace(cumulative, this.#random.next())]
    let item = draw()
    const isLiked = this.#shopper.brands.has(item?.product.brand ?? '')
    if (!isLiked && this.#shopper.brands.size > 0 && this.#random.next() < SECOND_LOOK_CHANCE) item = draw()
    const sensitivity = this.#shopper.priceSensitivity
    if (sensitivity === 0 || this.#random.next() >= sensitivity * CHEAPER_CHANCE) return item
    const other = draw()
    if (item === undefined || other === undefined) return item
    return priceAt(other, this.#log.at) < priceAt(item, this.#log.at) ? other : item
  }

  #look(item: ShopProduct, wishTimes: number): void {
    this.#lookedAt.add(item)
    const temptation = {
      priceSensitivity: this.#shopper.priceSensitivity,
      priceRatio: priceRatio(item, this.#log.at),
      wishTimes,
    }
    const planted = this.#isSellable(item) ? this.#shop.offers.offerOf(item, this.#log.at) : undefined
    const encounter = planted === undefined ? undefined : this.#offers.meet(planted, item, temptation)
    if (encounter === undefined) this.#log.click('view_item', { items: [item] })
    if (this.#random.next() < WISH_CHANCE) this.#wish(item)
    const chance = encounter?.chance ?? cartChance({ ...temptation, offerTimes: 1 })
    if (this.#random.next() < chance) this.#putInCart(item, false, encounter)
  }

  #putInCart(item: ShopProduct, isRepeat: boolean, encounter: Encounter | undefined): void {
    if (!this.#isSellable(item)) return
    const wanted = this.#random.next() < 0.8 ? 1 : 2 + this.#random.below(2)
    const quantity = Math.min(wanted, this.#shop.stock.units(item))
    this.#log.click('add_to_cart', { items: [item], quantity })
    if (!isRepeat && this.#random.next() < UNCART_CHANCE) {
      this.#log.click('remove_from_cart', { items: [item], quantity })
      return
    }
    this.#cart.push({ item, quantity, isRepeat, encounter })
    this.#followBundle(item)
  }

  #followBundle(item: ShopProduct): void {
    const bundle = this.#shop.bundleOf.get(item.product.sku)
    const companion = bundle === undefined ? undefined : this.#shop.productOf.get(bundle.companion)
    if (bundle === undefined || companion === undefined || this.#random.next() >= bundle.probability) return
    this.#lookedAt.add(companion)
    this.#log.click('view_item', { items: [companion] })
    if (this.#random.next() < COMPANION_TAKEN) this.#putInCart(companion, false, undefined)
  }

  #isSellable(item: ShopProduct): boolean {
    return this.#shop.stock.units(item) > 0 && !this.#cart.some((line) => line.item === item)
  }

  #wish(item: ShopProduct): void {
    this.#log.click('add_to_wishlist', { items: [item] })
    this.#shop.memories.wish(this.#shopper.number, item)
  }

  #unwish(item: ShopProduct): void {
    this.#log.click('remove_from_wishlist', { items: [item] })
    this.#shop.memories.unwish(this.#shopper.number, item)
  }
}
