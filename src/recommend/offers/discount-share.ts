import { measureOf } from '../../catalog/readings/window-figures.ts'
import { productDiscounts } from '../../catalog/views/product-discounts.ts'
import { DAY_MS, floorTo } from '../../core/duration.ts'
import type { ItemTable } from '../../models/candidates/item-table.ts'
import type { ShopState } from '../shop-state.ts'

const WINDOW_DAYS = 90
/** Products that are looked at, evenly spread over all: enough for a share. */
const LOOKED_AT = 2000

const discountedUnits = measureOf(productDiscounts, 'discounted_units')
const fullPriceUnits = measureOf(productDiscounts, 'full_price_units')

/** Share of what everybody buys that is bought at a discount; computed once a day. */
export class DiscountShare {
  readonly #state: ShopState
  readonly #items: ItemTable
  #day = -1
  #share = 0

  constructor(state: ShopState, items: ItemTable) {
    this.#state = state
    this.#items = items
  }

  /** In [0, 1], of the 90 days before the day of `asOf`; 0 where nothing was bought in them. */
  at(asOf: number): number {
    const day = floorTo(asOf, DAY_MS)
    if (day === this.#day) return this.#share
    this.#day = day
    this.#share = this.#compute(day)
    return this.#share
  }

  #compute(day: number): number {
    let [bought, discounted] = [0, 0]
    const step = Math.max(1, Math.floor(this.#items.count / LOOKED_AT))
    for (let item = 0; item < this.#items.count; item += step) {
      for (const tile of this.#state.ownerTiles(productDiscounts.name, this.#items.sku(item))) {
        if (tile.tileStart >= day || tile.tileStart < day - WINDOW_DAYS * DAY_MS) continue
        discounted += discountedUnits(tile)
        bought += discountedUnits(tile) + fullPriceUnits(tile)
      }
    }
    return bought === 0 ? 0 : discounted / bought
  }
}
