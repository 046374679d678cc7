import { TILES, type View } from '../../algebra/view.ts'
import { productActivity } from '../../catalog/views/product-activity.ts'
import {
  type FeatureProgram,
  type FigureRead,
  type Figures,
  figureName,
} from '../../compile/inprocess/feature-program.ts'
import type { Span } from '../../compile/window.ts'
import { durationMs, floorTo, HOUR_MS } from '../../core/duration.ts'
import { tileSpan } from '../../features/feature-reader.ts'
import type { ItemTable } from '../../models/candidates/item-table.ts'
import type { ShopState } from '../shop-state.ts'

/** What is read of one view: all its reads, and the borders at which a tile comes into a window or leaves it. */
type ViewReads = {
  readonly view: View
  readonly tileMs: number
  readonly reads: readonly { readonly slot: number; readonly read: FigureRead }[]
  /** Milliseconds from a tile's end on, ascending. */
  readonly borders: readonly number[]
}

const NO_CATEGORY = -1

/**
 * Figures of all products at one hour, and their sums by category and over all. A product's hold until something changes
 * or a tile of it crosses a border; then its own are computed anew and the sums, exact integers, follow by the difference.
 */
export class ItemFigures {
  readonly #state: ShopState
  readonly #items: ItemTable
  readonly #program: FeatureProgram
  readonly #views: readonly ViewReads[]
  /** Slots of an item that categories, and the shop, add up. */
  readonly #summed: Int32Array
  readonly #newestAt: () => number
  #spans: readonly Span[] = []
  #hour = -1
  #isPast = false
  /** Items whose figures are known: those below it. */
  #known = 0
  #values = new Float64Array(0)
  #holdsUntil = new Float64Array(0)
  /** Under which category its figures are added up. */
  #category = new Int32Array(0)
  #first = new Float64Array(0)
  /** By category, then summed slot. */
  #sums = new Float64Array(0)
  readonly #shopSums: Float64Array
  #earliest = Number.POSITIVE_INFINITY
  readonly #changed = new Set<number>()
  readonly #scratch: Figures

  /** @param newestAt the newest event that counts as known; of the present that of the state */
  constructor(
    { state, items }: { readonly state: ShopState; readonly items: ItemTable },
    program: FeatureProgram,
    newestAt: () => number = state.newestAt,
  ) {
    this.#state = state
    this.#items = items
    this.#program = program
    this.#newestAt = newestAt
    this.#views = viewReads(program)
    this.#summed = summedSlots(program)
    this.#shopSums = new Float64Array(this.#summed.length)
    this.#scratch = emptyFigures()
  }

  /** Says that tiles of an item, its price, stock or category may be others now. */
  changed(item: number): void {
    this.#changed.add(item)
  }

  /** Brings everything up to the hour of an instant. */
  settle(asOf: number): void {
    const hour = floorTo(asOf, HOUR_MS)
    const isPast = asOf <= this.#newestAt()
    if (hour !== this.#hour || isPast !== this.#isPast) this.#advance(hour, isPast)
    for (let item = this.#known; item < this.#items.count; item += 1) this.#changed.add(item)
    this.#known = this.#items.count
    if (this.#changed.size === 0) return
    this.#grow()
    for (const item of this.#changed) this.#recompute(item)
    this.#changed.clear()
  }

  /** Puts what is known of the shop into figures: sums over all products, and since when there is a history. */
  showShop(figures: Figures): void {
    figures.item = this.#values
    figures.category = this.#sums
    figures.historyStart = Number.isFinite(this.#earliest) ? this.#earliest : figures.asOf
    const { reads } = this.#program
    if (figures.shop.length !== reads.shop.length) figures.shop = new Float64Array(reads.shop.length)
    for (let slot = 0; slot < reads.shop.length; slot += 1) {
      figures.shop[slot] = this.#shopSums[reads.category.length + slot] ?? 0
    }
  }

  /** Points figures at a product. */
  show(figures: Figures, item: number): void {
    figures.itemAt = item * this.#program.width
    figures.categoryAt = this.#items.category(item) * this.#summed.length
  }

  #advance(hour: number, isPast: boolean): void {
    const isBack = hour < this.#hour || isPast !== this.#isPast
    this.#hour = hour
    this.#isPast = isPast
    const instant = { asOf: hour, newestAt: isPast ? Number.POSITIVE_INFINITY : hour - 1 }
    this.#spans = this.#program.reads.item.map(({ read: { view, window } }) => {
      const { shift } = view.windows[window] ?? {}
      const span = tileSpan(view, window, instant)
      // Of the present all that is there counts; what is shifted ends with a whole tile.
      if (!isPast && shift === undefined) return { from: span.from, to: Number.POSITIVE_INFINITY }
      return { from: span.from, to: floorTo(span.to, durationMs(TILES[view.tile])) }
    })
    for (let item = 0; item < this.#known; item += 1) {
      if (isBack || (this.#holdsUntil[item] ?? 0) <= hour) this.#changed.add(item)
    }
  }

  #recompute(item: number): void {
    const { width, reads, fields, ofItem } = this.#program
    const at = item * width
    const before = this.#addToSums(item, -1)
    let holdsUntil = Number.POSITIVE_INFINITY
    let first = Number.POSITIVE_INFINITY
    const sku = this.#items.sku(item)
    for (const { view, tileMs, reads: own, borders } of this.#views) {
      const rows = [...this.#state.tiles(view.name, [sku])]
      for (const { slot, read } of own) {
        const span = this.#spans[slot] ?? { from: 0, to: 0 }
        this.#values[at + slot] =
          read.reduce(rows.filter(({ tileStart }) => tileStart >= span.from && tileStart < span.to)) ??
          Number.NaN
      }
      for (const { tileStart } of rows) {
        holdsUntil = Math.min(holdsUntil, nextCrossing(tileStart + tileMs, borders, this.#hour))
        if (view.name === productActivity.name) first = Math.min(first, tileStart)
      }
    }
    const product: Readonly<Record<string, unknown>> = this.#items.product(item)
    for (const [place, name] of fields.entries()) {
      const value = product[name]
      this.#values[at + reads.item.length + place] = typeof value === 'number' ? value : Number.NaN
    }
    const figures = this.#scratch
    figures.item = this.#values
    figures.itemAt = at
    const computedAt = at + reads.item.length + fields.length
    for (const [place, compute] of ofItem.entries()) this.#values[computedAt + place] = compute(figures)
    this.#holdsUntil[item] = holdsUntil
    this.#category[item] = this.#items.category(item)
    this.#addToSums(item, 1)
    this.#noteFirst(item, first, before)
  }

  /** @returns whether the item was in the sums */
  #addToSums(item: number, sign: 1 | -1): boolean {
    if (sign < 0 && this.#holdsUntil[item] === 0) return false
    const at = item * this.#program.width
    const width = this.#summed.length
    for (const [place, slot] of this.#summed.entries()) {
      const value = sign * (this.#values[at + slot] ?? 0)
      if (value === 0) continue
      this.#shopSums[place] = (this.#shopSums[place] ?? 0) + value
      for (let of = this.#category[item] ?? NO_CATEGORY; of >= 0; of = this.#items.categories.parent(of)) {
        this.#sums[of * width + place] = (this.#sums[of * width + place] ?? 0) + value
      }
    }
    return true
  }

  /** The shop's first tile; looked for anew only where the item that had it has it no longer. */
  #noteFirst(item: number, first: number, wasKnown: boolean): void {
    const before = wasKnown ? (this.#first[item] ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
    this.#first[item] = first
    if (first <= this.#earliest) this.#earliest = first
    else if (before === this.#earliest) {
      this.#earliest = this.#first
        .subarray(0, this.#known)
        .reduce((least, each) => (each > 0 && each < least ? each : least), Number.POSITIVE_INFINITY)
    }
  }

  #grow(): void {
    const categories = this.#items.categories.count * this.#summed.length
    if (this.#sums.length < categories) this.#sums = grown(this.#sums, new Float64Array(2 * categories))
    if (this.#holdsUntil.length >= this.#items.count) return
    const length = Math.max(1024, Math.ceil(1.5 * this.#items.count))
    this.#values = grown(this.#values, new Float64Array(length * this.#program.width))
    this.#holdsUntil = grown(this.#holdsUntil, new Float64Array(length))
    this.#first = grown(this.#first, new Float64Array(length))
    this.#category = grown(this.#category, new Int32Array(length))
  }
}

export const emptyFigures = (): Figures => ({
  asOf: 0,
  historyStart: 0,
  basketLines: 0,
  item: NO_FIGURES,
  itemAt: 0,
  category: NO_FIGURES,
  categoryAt: 0,
  shop: NO_FIGURES,
  person: NO_FIGURES,
  pair: NO_FIGURES,
  pairCategory: NO_FIGURES,
  segment: NO_FIGURES,
  segmentItem: NO_FIGURES,
  offered: Number.NaN,
  request: NO_FIGURES,
})
const NO_FIGURES = new Float64Array(0)

/** The first hour after `hour` at which something that ended at `end` may have crossed a border. */
function nextCrossing(end: number, borders: readonly number[], hour: number): number {
  for (const border of borders) if (end + border > hour) return end + border
  return Number.POSITIVE_INFINITY
}

/** The history of a shop begins with the first tile of what happened to its products. */
function viewReads({ reads, readsHistoryStart }: FeatureProgram): ViewReads[] {
  const placed = reads.item.map((read, slot) => ({ slot, read }))
  const byView = Map.groupBy(placed, ({ read }) => read.read.view)
  if (readsHistoryStart && !byView.has(productActivity)) byView.set(productActivity, [])
  return [...byView].map(([view, own]) => {
    const borders = own.flatMap(({ read: { read } }) => {
      const { length = '0d', shift } = view.windows[read.window] ?? {}
      const shiftMs = shift === undefined ? 0 : durationMs(shift)
      return [shiftMs, shiftMs + durationMs(length)]
    })
    return {
      view,
      tileMs: durationMs(TILES[view.tile]),
      reads: own,
      borders: [...new Set(borders)].sort((a, b) => a - b),
    }
  })
}

/** Slots of an item of what is read of categories, then of the shop. */
function summedSlots({ reads }: FeatureProgram): Int32Array {
  const slots = new Map(reads.item.map(({ read }, slot) => [figureName(read), slot]))
  return Int32Array.from([...reads.category, ...reads.shop], ({ read }) => {
    const slot = slots.get(figureName({ ...read, of: 'item', over: [] }))
    if (slot === undefined) throw new Error('bug: a sum of nothing')
    return slot
  })
}

function grown<Column extends Float64Array | Int32Array>(before: Column, fresh: Column): Column {
  fresh.set(before)
  return fresh
}
