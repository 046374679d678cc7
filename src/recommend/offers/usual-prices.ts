import { usualPriceCents } from '../../catalog/readings/usual-price.ts'
import { productPriceHistogram } from '../../catalog/views/product-price-histogram.ts'
import { DAY_MS, floorTo } from '../../core/duration.ts'
import type { ItemTable } from '../../models/candidates/item-table.ts'
import type { ShopState } from '../shop-state.ts'

const WINDOW_DAYS = 90
const UNSEEN = -1
const NONE = 0

/** At which price each item was usually bought in the 90 days before the day of an instant. */
export class UsualPrices {
  readonly #state: ShopState
  readonly #items: ItemTable
  #day = 0
  /** Minor units by item; `NONE` where nothing was bought, `UNSEEN` where it was not asked yet. */
  #cents = new Int32Array(0)

  constructor(state: ShopState, items: ItemTable) {
    this.#state = state
    this.#items = items
  }

  /** Minor units; null where nothing was bought. Whole days before the day of `asOf` count. */
  at(item: number, asOf: number): number | null {
    const day = floorTo(asOf, DAY_MS)
    if (day !== this.#day || item >= this.#cents.length) {
      this.#day = day
      this.#cents = new Int32Array(2 * this.#items.count).fill(UNSEEN)
    }
    let cents = this.#cents[item] ?? UNSEEN
    if (cents === UNSEEN) {
      cents = this.#compute(item, day) ?? NONE
      this.#cents[item] = cents
    }
    return cents === NONE ? null : cents
  }

  /** Looks all of them up. */
  warm(asOf: number): void {
    for (let item = 0; item < this.#items.count; item += 1) this.at(item, asOf)
  }

  /** Says that something was bought of an item, perhaps days ago. */
  changed(item: number): void {
    if (item < this.#cents.length) this.#cents[item] = UNSEEN
  }

  #compute(item: number, day: number): number | null {
    const rows = []
    for (const tile of this.#state.ownerTiles(productPriceHistogram.name, this.#items.sku(item))) {
      if (tile.tileStart < day && tile.tileStart >= day - WINDOW_DAYS * DAY_MS) rows.push(tile)
    }
    return usualPriceCents(rows)
  }
}
