import { productActivity } from '../../catalog/views/product-activity.ts'
import { floorTo, HOUR_MS } from '../../core/duration.ts'
import type { ItemTable } from '../../models/candidates/item-table.ts'
import type { SalesFigures } from '../../models/candidates/sales-figures.ts'
import type { ShopState } from '../shop-state.ts'
import { SalesAt } from './sales-at.ts'

/** Past instants that are kept ready, for somebody who looks back. */
const KEPT_INSTANTS = 4

/** The sales figures of the present, kept up to date, and those of a few past instants. */
export class LiveSales {
  readonly #state: ShopState
  readonly #items: ItemTable
  readonly #past = new Map<number, SalesAt>()
  #present: SalesAt | undefined
  #presentHour = 0

  constructor(state: ShopState, items: ItemTable) {
    this.#state = state
    this.#items = items
  }

  /** Says that tiles of an item, or its category, are others now. */
  changed(item: number): void {
    this.#present?.changed(item)
    for (const figures of this.#past.values()) figures.changed(item)
  }

  /** Windows that end at the hour of `asOf`: with all that came later up to now for the present, without for the past. */
  at = (asOf: number): SalesFigures => {
    const hour = floorTo(asOf, HOUR_MS)
    if (asOf <= this.#state.newestAt()) return this.#ofThePast(hour)
    if (this.#present === undefined || hour < this.#presentHour) {
      this.#present = this.#salesAt(hour, Number.POSITIVE_INFINITY)
    }
    this.#present.advance(hour)
    this.#presentHour = hour
    return this.#present
  }

  #ofThePast(hour: number): SalesFigures {
    const kept = this.#past.get(hour)
    if (kept !== undefined) return kept
    const [oldest] = this.#past.keys()
    if (oldest !== undefined && this.#past.size >= KEPT_INSTANTS) this.#past.delete(oldest)
    const figures = this.#salesAt(hour, hour)
    this.#past.set(hour, figures)
    return figures
  }

  #salesAt(hour: number, end: number): SalesAt {
    const tilesOf = (sku: string) => this.#state.tiles(productActivity.name, [sku])
    return new SalesAt({ items: this.#items, tilesOf, hour, end })
  }
}
