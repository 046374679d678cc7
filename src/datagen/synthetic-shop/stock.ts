import type { InventoryLevel } from '../../catalog/events/inventory.ts'
import { DAY_MS, HOUR_MS } from '../../core/duration.ts'
import type { Random } from '../../core/random.ts'
import { isStocked, type ShopProduct } from './shop-products.ts'

/** Stock is ordered anew below this share of what is held at most. */
const REORDER_SHARE = 0.25
/** What ran out is ordered in twice the number, up to this. */
const MOST_UNITS = 1_000_000
/** Hour of the day, UTC, at which what changed is counted and told. */
const COUNT_HOUR = 2

/**
 * Units of each product over time. A sale is told at once only if it takes the last unit; other changes are told once a
 * night, and each delivery when it comes, one to six days after it was ordered. Products that start without stock are
 * never delivered.
 */
export class Stock {
  readonly #products: readonly ShopProduct[]
  readonly #random: Random
  readonly #units: Int32Array
  readonly #most: Int32Array
  readonly #toldAt: Float64Array
  /** Products by the hour in which they are delivered. */
  readonly #deliveries = new Map<number, number[]>()
  readonly #isOrdered: Uint8Array
  #changed = new Set<number>()

  constructor(products: readonly ShopProduct[], random: Random) {
    this.#products = products
    this.#random = random
    this.#units = Int32Array.from(products, ({ product }) => product.inventory ?? 0)
    this.#most = Int32Array.from(this.#units)
    this.#toldAt = Float64Array.from(products, ({ launchedAt }) => launchedAt)
    this.#isOrdered = new Uint8Array(products.length)
  }

  units({ number }: ShopProduct): number {
    return this.#units[number] ?? 0
  }

  /** Takes units out. @returns what is told of it */
  sell(item: ShopProduct, quantity: number, at: number): InventoryLevel | null {
    const { number } = item
    const left = this.units(item) - quantity
    if (left < 0) throw new Error(`bug: ${-left} more of '${item.product.sku}' sold than there were`)
    this.#units[number] = left
    this.#changed.add(number)
    if (left === 0) this.#most[number] = Math.min(MOST_UNITS, 2 * (this.#most[number] ?? 0))
    if (left <= (this.#most[number] ?? 0) * REORDER_SHARE) this.#order(number, at)
    return left === 0 ? this.#level(number, at) : null
  }

  /** What comes in or is counted at the start of an hour. */
  *hour(hour: number): Generator<InventoryLevel> {
    const delivered = this.#deliveries.get(hour)
    if (delivered !== undefined) {
      this.#deliveries.delete(hour)
      for (const number of delivered) {
        this.#units[number] = this.#most[number] ?? 0
        this.#isOrdered[number] = 0
        yield this.#level(number, hour)
      }
    }
    if (hour % DAY_MS !== COUNT_HOUR * HOUR_MS) return
    const changed = this.#changed
    this.#changed = new Set()
    for (const number of changed) yield this.#level(number, hour)
  }

  #order(number: number, at: number): void {
    const item = this.#products[number]
    if (this.#isOrdered[number] === 1 || item === undefined || !isStocked(item)) return
    this.#isOrdered[number] = 1
    const hour = at - (at % HOUR_MS) + DAY_MS + this.#random.below(5 * 24) * HOUR_MS
    const others = this.#deliveries.get(hour)
    if (others === undefined) this.#deliveries.set(hour, [number])
    else others.push(number)
  }

  /** Two versions of one instant would be one: the later is told a millisecond later. */
  #level(number: number, at: number): InventoryLevel {
    const told = this.#toldAt[number] ?? 0
    const updatedAt = told >= at ? told + 1 : at
    this.#toldAt[number] = updatedAt
    this.#changed.delete(number)
    return {
      sku: this.#products[number]?.product.sku ?? '',
      inventory: this.#units[number] ?? 0,
      updated_at: updatedAt,
    }
  }
}
