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

/** Share of what everybody buys that is bought at a discount, of the whole days before one. */
export class DiscountShare {
  readonly #state: ShopState
  readonly #items: ItemTable
  /** Units of each product that is looked at: bought, then discounted. */
  readonly #units = new Map<number, readonly [number, number]>()
  readonly #changed = new Set<number>()
  #day = -1
  #count = 0
  #bought = 0
  #discounted = 0

  constructor(state: ShopState, items: ItemTable) {
    this.#state = state
    this.#items = items
  }

  /** Says that something was bought of an item, perhaps days ago. */
  changed(item: number): void {
    if (this.#units.has(item)) this.#changed.add(item)
  }

  /** In [0, 1], of the 90 days before the day of `asOf`; 0 where nothing was bought in them. */
  at(asOf: number): number {
    const day = floorTo(asOf, DAY_MS)
    if (day !== this.#day || this.#items.count !== this.#count) this.#lookAtAll(day)
    for (const item of this.#changed) this.#lookAt(item)
    this.#changed.clear()
    return this.#bought === 0 ? 0 : this.#discounted / this.#bought
  }

  #lookAtAll(day: number): void {
    this.#day = day
    this.#count = this.#items.count
    this.#bought = 0
    this.#discounted = 0
    this.#units.clear()
    const step = Math.max(1, Math.floor(this.#count / LOOKED_AT))
    for (let item = 0; item < this.#count; item += step) this.#lookAt(item)
  }

  #lookAt(item: number): void {
    const [boughtBefore, discountedBefore] = this.#units.get(item) ?? [0, 0]
    let [bought, discounted] = [0, 0]
    for (const tile of this.#state.ownerTiles(productDiscounts.name, this.#items.sku(item))) {
      if (tile.tileStart >= this.#day || tile.tileStart < this.#day - WINDOW_DAYS * DAY_MS) continue
      discounted += discountedUnits(tile)
      bought += discountedUnits(tile) + fullPriceUnits(tile)
    }
    this.#units.set(item, [bought, discounted])
    this.#bought += bought - boughtBefore
    this.#discounted += discounted - discountedBefore
  }
}
