import type { Offer } from '../../catalog/events/offers.ts'
import { DAY_MS, floorTo } from '../../core/duration.ts'
import type { ShopperContext } from '../../models/candidates/candidate-source.ts'
import type { ItemTable } from '../../models/candidates/item-table.ts'
import type { Deal, HeldDeals } from '../../models/candidates/on-offer.ts'
import { RequestValues } from '../../models/candidates/request-values.ts'
import type { SalesFiguresAt } from '../../models/candidates/sales-figures.ts'
import { mostLiked } from '../../models/candidates/taste.ts'
import type { ActiveOffers } from './active-offers.ts'
import { NamedDeals } from './named-deals.ts'
import { offerPrice } from './offer-price.ts'
import type { UsualPrices } from './usual-prices.ts'

const LIKED = 4
const OF_EACH = 30

export type DealOptions = {
  readonly items: ItemTable
  readonly offersNow: () => ActiveOffers
  readonly usualPrices: UsualPrices
  readonly figuresAt: SalesFiguresAt
}

/**
 * Offers that hold, and prices that were cut, as the source sees them. A price is cut where it lies below the usual
 * one; of a product that was not bought lately, below the list price.
 *
 * What a deal takes off is kept by item from one border in time to the next: midnight, or the start or end of an offer
 * for it. Where an offer asks who somebody is, it is computed for each who asks.
 */
export class ShopDeals {
  readonly #items: ItemTable
  readonly #offersNow: () => ActiveOffers
  readonly #usualPrices: UsualPrices
  readonly #figuresAt: SalesFiguresAt
  /** Of these offers all columns are. */
  #offers: ActiveOffers | null = null
  #offRatio = new Float64Array(0)
  /** NaN for a price cut without an end. */
  #endsAt = new Float64Array(0)
  /** A deal holds from the first on until before the second; never where both are 0. */
  #from = new Float64Array(0)
  #until = new Float64Array(0)
  /** Whether it depends on who asks. */
  #isPersonal = new Uint8Array(0)
  /** Of the items that offers name those that have a deal between two instants. */
  #named: NamedDeals
  #namedFrom = 0
  #namedUntil = 0
  readonly #seen = new RequestValues()
  readonly #lookedInto: number[] = []

  constructor({ items, offersNow, usualPrices, figuresAt }: DealOptions) {
    this.#items = items
    this.#offersNow = offersNow
    this.#usualPrices = usualPrices
    this.#figuresAt = figuresAt
    this.#named = new NamedDeals(items, [], { offRatio: () => 0, unordered: new Set() })
  }

  /** Says that the price, the usual price or the category of an item may be another now. */
  changed(item: number): void {
    if (item >= this.#until.length) return
    this.#from[item] = 0
    this.#until[item] = 0
    if (this.#offers?.isNamed(item) === true) this.#named.changed(item)
  }

  /** Computes the deals of all items that offers name, so that the first answer does not have to. */
  warm(asOf: number): void {
    this.#namedAt(this.#settled(), asOf)
  }

  /** Deals of one shopper at their instant. Holds until the next call. */
  at = (shopper: ShopperContext): HeldDeals => {
    const offers = this.#settled()
    const { asOf } = shopper
    return {
      items: (limit) => this.#lookedIntoFor(shopper, offers, limit),
      of: (item) => {
        this.#freshen(item, asOf, offers)
        if (this.#isPersonal[item] === 1) return this.#personal(item, shopper, offers)
        const [offRatio, endsAt] = [this.#offRatio[item] ?? 0, this.#endsAt[item] ?? Number.NaN]
        return offRatio === 0 ? null : { offRatio, endsAt: Number.isNaN(endsAt) ? null : endsAt }
      },
      offRatio: (item) => {
        this.#freshen(item, asOf, offers)
        if (this.#isPersonal[item] === 1) return this.#personal(item, shopper, offers)?.offRatio ?? 0
        return this.#offRatio[item] ?? 0
      },
    }
  }

  /** What offers name, and what is bought most in the categories and of the brands that the shopper likes, and by all. */
  #lookedIntoFor({ asOf, taste }: ShopperContext, offers: ActiveOffers, limit: number): readonly number[] {
    const sales = this.#figuresAt(asOf)
    this.#seen.clear()
    this.#lookedInto.length = 0
    this.#namedAt(offers, asOf).eachOfBest(limit, taste, this.#take)
    for (const category of [...taste.statedCategories, ...mostLiked(taste.categories, LIKED)]) {
      sales.topOfCategory(category, OF_EACH).forEach(this.#take)
    }
    for (const brand of mostLiked(taste.brands, LIKED)) sales.topOfBrand(brand, OF_EACH).forEach(this.#take)
    sales.top(90, 2 * OF_EACH).forEach(this.#take)
    return this.#lookedInto
  }

  readonly #take = (item: number): void => {
    if (this.#seen.has(item)) return
    this.#seen.set(item, 1)
    this.#lookedInto.push(item)
  }

  #namedAt(offers: ActiveOffers, asOf: number): NamedDeals {
    if (asOf >= this.#namedFrom && asOf < this.#namedUntil) return this.#named
    const some: number[] = []
    const unordered = new Set<number>()
    let [from, until] = [0, Number.POSITIVE_INFINITY]
    for (const item of offers.named()) {
      if (item < 0) continue
      this.#freshen(item, asOf, offers)
      if (this.#isPersonal[item] === 1) unordered.add(item)
      else if ((this.#offRatio[item] ?? 0) > 0) some.push(item)
      from = Math.max(from, this.#from[item] ?? 0)
      until = Math.min(until, this.#until[item] ?? 0)
    }
    const offRatio = (item: number): number => this.#offRatio[item] ?? 0
    this.#named = new NamedDeals(this.#items, some, { offRatio, unordered })
    this.#namedFrom = from
    this.#namedUntil = until
    return this.#named
  }

  #freshen(item: number, asOf: number, offers: ActiveOffers): void {
    if (asOf >= (this.#from[item] ?? 0) && asOf < (this.#until[item] ?? 0)) return
    const about = offers.about(item)
    const { from, until } = bordersAround(asOf, about)
    this.#from[item] = from
    this.#until[item] = until
    this.#isPersonal[item] = about.some(({ audience }) => audience !== undefined) ? 1 : 0
    if (this.#isPersonal[item] === 1) return
    const held = about.filter(({ starts_at: start, ends_at: end }) => start <= asOf && asOf < end)
    const deal = this.#dealWith(item, asOf, held)
    this.#offRatio[item] = deal?.offRatio ?? 0
    this.#endsAt[item] = deal?.endsAt ?? Number.NaN
  }

  #personal(item: number, shopper: ShopperContext, offers: ActiveOffers): Deal | null {
    return this.#dealWith(item, shopper.asOf, offers.of(item, shopper))
  }

  #dealWith(item: number, asOf: number, offers: readonly Offer[]): Deal | null {
    const priceCents = this.#items.priceCents(item)
    const usualCents = this.#usualPrices.at(item, asOf) ?? this.#items.listPriceCents(item)
    const before = Math.max(priceCents, usualCents)
    const offer = offerPrice(priceCents, offers)
    const after = offer?.priceCents ?? priceCents
    return after >= before ? null : { offRatio: 1 - after / before, endsAt: offer?.endsAt ?? null }
  }

  /** The offers that there are, with columns that are of them. */
  #settled(): ActiveOffers {
    const offers = this.#offersNow()
    if (offers === this.#offers && this.#items.count <= this.#until.length) return offers
    this.#offers = offers
    const length = Math.max(1024, Math.ceil(1.5 * this.#items.count))
    this.#offRatio = new Float64Array(length)
    this.#endsAt = new Float64Array(length)
    this.#from = new Float64Array(length)
    this.#until = new Float64Array(length)
    this.#isPersonal = new Uint8Array(length)
    this.#namedUntil = 0
    return offers
  }
}

/** The nearest instants around one at which the usual price, or whether one of the offers holds, may be another. */
function bordersAround(
  asOf: number,
  offers: readonly Offer[],
): { readonly from: number; readonly until: number } {
  let from = floorTo(asOf, DAY_MS)
  let until = from + DAY_MS
  for (const { starts_at: start, ends_at: end } of offers) {
    for (const border of [start, end]) {
      if (border <= asOf) from = Math.max(from, border)
      else until = Math.min(until, border)
    }
  }
  return { from, until }
}
