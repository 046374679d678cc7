import type { Product } from '../../catalog/events/products.ts'
import { floorTo, HOUR_MS } from '../../core/duration.ts'
import type { Cast } from './cast.ts'
import type { GeneratedEvent } from './generated-event.ts'
import type { PriceStep } from './prices.ts'
import { type ShopOptions, startOf } from './shop-options.ts'
import type { ShopProduct } from './shop-products.ts'
import type { Stock } from './stock.ts'

/** A version of something that becomes true in the course of the history. */
type Entry =
  | { readonly kind: 'customer'; readonly number: number; readonly version: number }
  | { readonly kind: 'launch'; readonly item: ShopProduct }
  | { readonly kind: 'price'; readonly item: ShopProduct; readonly step: PriceStep }

/** The versions of products, customers and offers: those of the start, then hour by hour. */
export class Agenda {
  readonly #cast: Cast
  readonly #options: ShopOptions
  readonly #byHour = new Map<number, Entry[]>()

  constructor(options: ShopOptions, cast: Cast) {
    this.#options = options
    this.#cast = cast
  }

  /** What holds from the first instant on; what comes later is noted. */
  *start(): Generator<GeneratedEvent> {
    const startAt = startOf(this.#options)
    for (const item of this.#cast.products) {
      if (item.launchedAt > startAt) this.#note(item.launchedAt, { kind: 'launch', item })
      else yield { topic: 'products', loggedAt: startAt, value: item.product }
      for (const step of item.prices) if (step.from > 0) this.#note(step.from, { kind: 'price', item, step })
    }
    for (let number = 0; number < this.#options.customers; number += 1) {
      for (const [version, value] of this.#cast.crowd.versions(number).entries()) {
        if (value.updated_at > startAt) this.#note(value.updated_at, { kind: 'customer', number, version })
        else yield { topic: 'customers', loggedAt: startAt, value }
      }
    }
  }

  /** What becomes true in an hour, in no order of instants. */
  *hour(hour: number, stock: Stock): Generator<GeneratedEvent> {
    const entries = this.#byHour.get(hour) ?? []
    this.#byHour.delete(hour)
    for (const entry of entries) yield this.#event(entry, stock)
    for (const { offer } of this.#cast.offers) {
      if (floorTo(offer.updated_at, HOUR_MS) === hour) {
        yield { topic: 'offers', loggedAt: offer.updated_at, value: offer }
      }
    }
  }

  #note(at: number, entry: Entry): void {
    const hour = floorTo(at, HOUR_MS)
    const others = this.#byHour.get(hour)
    if (others === undefined) this.#byHour.set(hour, [entry])
    else others.push(entry)
  }

  #event(entry: Entry, stock: Stock): GeneratedEvent {
    if (entry.kind === 'customer') {
      const value = this.#cast.crowd.versions(entry.number)[entry.version]
      if (value === undefined) throw new Error('bug: a version of a customer that is not there')
      return { topic: 'customers', loggedAt: value.updated_at, value }
    }
    const value = entry.kind === 'launch' ? entry.item.product : repriced(entry.item, entry.step, stock)
    return { topic: 'products', loggedAt: value.updated_at, value }
  }
}

/** A version says what is in stock at its instant: it holds in place of levels that were told before. */
const repriced = (item: ShopProduct, { cents, from }: PriceStep, stock: Stock): Product => ({
  ...item.product,
  price_cents: cents,
  list_price_cents: Math.max(cents, item.product.list_price_cents ?? cents),
  inventory: stock.units(item),
  updated_at: from,
})
