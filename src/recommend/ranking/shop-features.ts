import type { FeatureColumn } from '../../algebra/feature-column.ts'
import type { FeatureRequest } from '../../compile/inprocess/feature-evaluator.ts'
import {
  type FeatureProgram,
  type Figures,
  featureProgram,
  type ProgramColumn,
} from '../../compile/inprocess/feature-program.ts'
import { floorTo, HOUR_MS } from '../../core/duration.ts'
import type { ShopperContext } from '../../models/candidates/candidate-source.ts'
import type { ItemTable } from '../../models/candidates/item-table.ts'
import type { DecisionRequest } from '../decision.ts'
import type { ActiveOffers } from '../offers/active-offers.ts'
import { offerPrice } from '../offers/offer-price.ts'
import type { SegmentSnapshot } from '../segment-sales.ts'
import type { ShopState } from '../shop-state.ts'
import { readerOf } from '../shopper-context.ts'
import { emptyFigures, ItemFigures } from './item-figures.ts'
import { PersonFigures } from './person-figures.ts'
import { SegmentFigures } from './segment-figures.ts'

/** Past hours that are kept ready, for somebody who looks back. */
const KEPT_HOURS = 4

export type ShopFeaturesOptions = {
  /** With products as they are sold. */
  readonly state: ShopState
  readonly items: ItemTable
  readonly offersNow: () => ActiveOffers
  readonly segments: () => SegmentSnapshot | null
}

/** Feature columns for the candidates of one request. */
export type PreparedFeatures = {
  /** Writes the columns of rows `[from, to)`, a column each; NaN where missing. */
  readonly fill: (
    items: Int32Array,
    rows: { readonly from: number; readonly to: number },
    columns: readonly Float32Array[],
  ) => void
}

/**
 * The catalog's feature columns over a shop: the same numbers, rounded to float32, as `featureEvaluator` gives over the
 * state at the instant. Training asks the same code. Figures of products are kept between requests, those of who asks
 * are looked up once a request, and what is left is arithmetic for each candidate.
 *
 * Nothing is read of the person beyond `readerOf`: without consent all of theirs is missing, their segment too without
 * consent for demographics.
 */
export class ShopFeatures {
  readonly columns: readonly FeatureColumn[]
  readonly #options: ShopFeaturesOptions
  readonly #program: FeatureProgram
  readonly #present: ItemFigures
  readonly #past = new Map<number, ItemFigures>()
  readonly #segments: SegmentFigures
  readonly #figures: Figures = emptyFigures()
  #pastNewestAt = 0

  constructor(columns: readonly FeatureColumn[], options: ShopFeaturesOptions) {
    this.columns = columns
    this.#options = options
    this.#program = featureProgram(columns)
    this.#present = new ItemFigures(options, this.#program)
    this.#segments = new SegmentFigures(options.items, this.#program)
  }

  prepare(request: DecisionRequest, shopper: ShopperContext): PreparedFeatures {
    const { state, items } = this.#options
    const { asOf } = shopper
    const figures = this.#figures
    const asker = askerOf(state, request)
    const products = this.#itemFigures(asOf)
    figures.asOf = asOf
    figures.basketLines = asker.basket.length
    products.settle(asOf)
    products.showShop(figures)
    const person = new PersonFigures({ state, items }, this.#program, asker, asOf)
    person.show(figures)
    this.#segments.show(figures, this.#snapshotAt(asOf), asker.segment)
    figures.request = new Float64Array(this.#program.ofRequest.length)
    for (const [slot, compute] of this.#program.ofRequest.entries()) figures.request[slot] = compute(figures)
    const columns = this.#program.columns.map((column) => this.#filler(column, person))
    const hasMixed = this.#program.columns.some(({ kind }) => kind === 'mixed')
    const offersOf = this.#offersOf(shopper)
    return {
      fill: (rows, { from, to }, cells) => {
        for (let row = from; row < to; row += 1) {
          const item = rows[row] ?? 0
          products.show(figures, item)
          person.showItem(figures, item)
          if (hasMixed) {
            this.#segments.showItem(figures, item)
            figures.offered = offersOf(item)
          }
          for (let place = 0; place < columns.length; place += 1) {
            const cell = cells[place]
            if (cell !== undefined) cell[row] = columns[place]?.(item) ?? Number.NaN
          }
        }
      },
    }
  }

  /** How a column's value comes about for an item that the figures point at. */
  #filler(column: ProgramColumn, person: PersonFigures): (item: number) => number {
    const figures = this.#figures
    switch (column.kind) {
      case 'request': {
        const value = column.compute(figures)
        return () => value
      }
      case 'item':
        return () => figures.item[figures.itemAt + column.slot] ?? Number.NaN
      case 'own': {
        const ofOthers = column.compute(figures)
        return (item) => (person.knows(item) ? column.compute(figures) : ofOthers)
      }
      case 'mixed':
        return () => column.compute(figures)
    }
  }

  #itemFigures(asOf: number): ItemFigures {
    const { state, items } = this.#options
    const newestAt = state.newestAt()
    if (asOf > newestAt) return this.#present
    if (newestAt !== this.#pastNewestAt) this.#past.clear()
    this.#pastNewestAt = newestAt
    const hour = floorTo(asOf, HOUR_MS)
    const known = this.#past.get(hour)
    if (known !== undefined) return known
    const [oldest] = this.#past.keys()
    if (oldest !== undefined && this.#past.size >= KEPT_HOURS) this.#past.delete(oldest)
    const figures = new ItemFigures({ state, items }, this.#program)
    this.#past.set(hour, figures)
    return figures
  }

  /** Of an instant before the snapshot's nothing is told: it may know what came later. */
  #snapshotAt(asOf: number): SegmentSnapshot | null {
    const snapshot = this.#options.segments()
    return snapshot === null || asOf < snapshot.asOf ? null : snapshot
  }

  #offersOf(shopper: ShopperContext): (item: number) => number {
    const { items, offersNow } = this.#options
    const offers = offersNow()
    if (!this.#program.readsOffers || offers.count === 0) return () => Number.NaN
    return (item) => {
      const priceCents = items.priceCents(item)
      const best = offerPrice(priceCents, offers.of(item, shopper))
      return best === null ? Number.NaN : priceCents - best.priceCents
    }
  }

  /** Says that tiles of a product, its price, stock or category may be others now. */
  changed(item: number): void {
    this.#present.changed(item)
    for (const figures of this.#past.values()) figures.changed(item)
  }

  /** Counts what is read of every product, so that the first request does not have to. */
  warm(asOf: number): void {
    this.#itemFigures(asOf).settle(asOf)
  }
}

/** Whose columns they are: what may be read of them, and what is in the basket. */
function askerOf(state: ShopState, request: DecisionRequest): FeatureRequest {
  const { keys, person } = readerOf(state, request)
  const session = request.sessionId === undefined ? null : request.sessionId
  return {
    shoppers: keys,
    session: session !== null && keys.includes(`s:${session}`) ? session : null,
    segment: person?.segment ?? null,
    basket: request.cart,
  }
}
