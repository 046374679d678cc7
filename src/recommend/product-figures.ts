import { productActivity } from '../catalog/views/product-activity.ts'
import { durationMs, floorTo, HOUR_MS } from '../core/duration.ts'
import { type Popularity, type PopularityFigures, popularityWeight } from '../models/candidates/popular.ts'
import type { ShopState } from './shop-state.ts'

/** Shorter windows first: the first one in which anything was sold or seen is used. */
const WINDOW_DAYS = [30, 90, 365] as const
/** How many instants are kept ready: now, and a few past ones that somebody asks for. */
const KEPT_INSTANTS = 4

const measureIndex = (name: keyof typeof productActivity.measures & string): number =>
  Object.keys(productActivity.measures).indexOf(name)
const PURCHASES = measureIndex('purchases')
const VIEWS = measureIndex('views')

/**
 * How much every product was bought and seen before an instant. Kept per hour of the instant, and brought up to
 * date product by product as the state changes, so that a request pays for what changed since the last one.
 */
export class ProductFigures {
  readonly #state: ShopState
  readonly #kept = new Map<number, FiguresAt>()

  constructor(state: ShopState) {
    this.#state = state
    state.onChange((name, owner) => {
      if (name !== productActivity.name) return
      for (const figures of this.#kept.values()) figures.dirty.add(owner)
    })
  }

  /** @param asOf epoch ms; tiles that start at or after it are not counted */
  at(asOf: number): PopularityFigures {
    const hour = floorTo(asOf, HOUR_MS)
    const kept = this.#kept.get(hour)
    if (kept !== undefined) return kept.refreshed(this.#state)
    const figures = this.#compute(asOf, hour)
    if (this.#kept.size >= KEPT_INSTANTS) {
      const oldest = this.#kept.keys().next().value
      if (oldest !== undefined) this.#kept.delete(oldest)
    }
    this.#kept.set(hour, figures)
    return figures
  }

  #compute(asOf: number, hour: number): FiguresAt {
    const skus = [...this.#state.entities('products')].map((product) => String(product['sku']))
    const to = asOf === hour ? asOf : hour + HOUR_MS
    for (const days of WINDOW_DAYS) {
      const figures = new FiguresAt(days, to, this.#state, skus)
      if (figures.greatest > 0 || days === WINDOW_DAYS.at(-1)) return figures
    }
    throw new Error('bug: no window')
  }
}

/** The figures of one window that ends at one hour. */
class FiguresAt implements PopularityFigures {
  readonly days: number
  /** Products whose tiles changed since the figures were made. */
  readonly dirty = new Set<string>()
  readonly #from: number
  readonly #to: number
  readonly #bySku = new Map<string, Popularity>()
  #sorted: readonly string[] | undefined
  #greatest = 0

  constructor(days: number, to: number, state: ShopState, skus: readonly string[]) {
    this.days = days
    this.#to = to
    this.#from = floorTo(Math.max(0, to - durationMs(`${days}d`)), HOUR_MS)
    for (const sku of skus) this.#recompute(state, sku)
  }

  get greatest(): number {
    return this.#greatest
  }

  of = (sku: string): Popularity => this.#bySku.get(sku) ?? NOTHING

  top = (limit: number): readonly string[] => {
    this.#sorted ??= [...this.#bySku]
      .toSorted(([skuA, a], [skuB, b]) => popularityWeight(b) - popularityWeight(a) || (skuA < skuB ? -1 : 1))
      .map(([sku]) => sku)
    return this.#sorted.slice(0, limit)
  }

  refreshed(state: ShopState): this {
    for (const sku of this.dirty) this.#recompute(state, sku)
    this.dirty.clear()
    return this
  }

  #recompute(state: ShopState, sku: string): void {
    let purchases = 0
    let views = 0
    for (const { tileStart, values } of state.tiles(productActivity.name, [sku])) {
      if (tileStart < this.#from || tileStart >= this.#to) continue
      purchases += Number(values[PURCHASES])
      views += Number(values[VIEWS])
    }
    if (purchases === 0 && views === 0) this.#bySku.delete(sku)
    else this.#bySku.set(sku, { purchases, views })
    this.#sorted = undefined
    this.#greatest = Math.max(this.#greatest, popularityWeight({ purchases, views }))
  }
}

const NOTHING: Popularity = Object.freeze({ purchases: 0, views: 0 })
