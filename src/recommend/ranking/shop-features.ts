import type { FeatureColumn } from '../../algebra/feature-column.ts'
import type { FeatureRequest } from '../../compile/inprocess/feature-evaluator.ts'
import {
  type Compute,
  type FeatureProgram,
  type Figures,
  featureProgram,
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

type ComputedColumn = { readonly place: number; readonly compute: Compute }

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
  /** Columns that are computed for each candidate; and for one that the person has something to do with. */
  readonly #mixed: readonly ComputedColumn[]
  readonly #mixedAndOwn: readonly ComputedColumn[]
  #pastNewestAt = 0

  constructor(columns: readonly FeatureColumn[], options: ShopFeaturesOptions) {
    this.columns = columns
    this.#options = options
    this.#program = featureProgram(columns)
    this.#present = new ItemFigures(options, this.#program)
    this.#segments = new SegmentFigures(options.items, this.#program)
    const computed = (kinds: readonly string[]): readonly ComputedColumn[] =>
      this.#program.columns.flatMap((column, place) =>
        column.kind !== 'item' && kinds.includes(column.kind) ? [{ place, compute: column.compute }] : [],
      )
    this.#mixed = computed(['mixed'])
    this.#mixedAndOwn = computed(['mixed', 'own'])
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
    const { columns } = this.#program
    const ofOthers = columns.map((column) =>
      column.kind === 'request' || column.kind === 'own' ? column.compute(figures) : Number.NaN,
    )
    const show = this.#shower(products, person, shopper)
    return {
      fill: (rows, span, cells) => {
        for (let place = 0; place < columns.length; place += 1) {
          const [column, cell] = [columns[place], cells[place]]
          if (column === undefined || cell === undefined) continue
          if (column.kind === 'item') this.#fillOfItems(column.slot, cell, rows, span)
          else if (column.kind !== 'mixed') cell.fill(ofOthers[place] ?? Number.NaN, span.from, span.to)
        }
        for (let row = span.from; row < span.to; row += 1) {
          const item = rows[row] ?? 0
          const isKnown = person.knows(item)
          if (!isKnown && this.#mixed.length === 0) continue
          show(item)
          for (const { place, compute } of isKnown ? this.#mixedAndOwn : this.#mixed) {
            const cell = cells[place]
            if (cell !== undefined) cell[row] = compute(figures)
          }
        }
      },
    }
  }

  /** Points the figures at an item. */
  #shower(products: ItemFigures, person: PersonFigures, shopper: ShopperContext): (item: number) => void {
    const figures = this.#figures
    const hasMixed = this.#mixed.length > 0
    const offersOf = this.#offersOf(shopper)
    return (item) => {
      products.show(figures, item)
      person.showItem(figures, item)
      if (!hasMixed) return
      this.#segments.showItem(figures, item)
      figures.offered = offersOf(item)
    }
  }

  #fillOfItems(
    slot: number,
    cell: Float32Array,
    rows: Int32Array,
    { from, to }: { readonly from: number; readonly to: number },
  ): void {
    const { item: values } = this.#figures
    const { width } = this.#program
    for (let row = from; row < to; row += 1) cell[row] = values[(rows[row] ?? 0) * width + slot] ?? Number.NaN
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
