import { productActivity } from '../../catalog/views/product-activity.ts'
import type { TileRow } from '../../compile/tile.ts'
import { DAY_MS, floorTo, HOUR_MS } from '../../core/duration.ts'
import { bestItems } from '../../models/candidates/best-items.ts'
import type { ItemTable } from '../../models/candidates/item-table.ts'
import {
  type SalesFigures,
  type SeasonFigures,
  VIEW_WEIGHT,
  WINDOW_DAYS,
  type WindowDays,
  type WindowShare,
} from '../../models/candidates/sales-figures.ts'
import { everyItem, NO_SEASON, SEASON_DAYS, seasonOf } from './season-sales.ts'
import { TopList } from './top-list.ts'

const measureIndex = (name: keyof typeof productActivity.measures & string): number =>
  Object.keys(productActivity.measures).indexOf(name)
const PURCHASES = measureIndex('purchases')
const VIEWS = measureIndex('views')
const GROUP_TOP = 100
const WIDTH = WINDOW_DAYS.length
const PLACES = Object.fromEntries(WINDOW_DAYS.map((days, place) => [days, place])) as Record<
  WindowDays,
  number
>
const LENGTHS_MS = Float64Array.from(WINDOW_DAYS, (days) => days * DAY_MS)
/** A tile comes into a sum or leaves it when it is so old. */
const BORDERS_MS = [...WINDOW_DAYS, ...Object.values(SEASON_DAYS)]
  .map((days) => days * DAY_MS)
  .toSorted((a, b) => a - b)

export type SalesAtOptions = {
  readonly items: ItemTable
  readonly tilesOf: (sku: string) => Iterable<TileRow>
  /** The hour of the instant, epoch ms. */
  readonly hour: number
  /** Tiles from here on do not count: the hour of a past instant; Infinity for the present. */
  readonly end: number
}

/**
 * What was bought and seen of each item in windows that end at one hour: columns by item number. An item's sums
 * are computed when they are first asked for, and again when its tiles change or one of them crosses a border.
 */
export class SalesAt implements SalesFigures {
  readonly #items: ItemTable
  readonly #tilesOf: (sku: string) => Iterable<TileRow>
  readonly #end: number
  readonly #tops: readonly TopList[]
  readonly #groupTops = new Map<string, readonly number[]>()
  #hour: number
  #season: SeasonFigures = NO_SEASON
  #seasonDay = -1
  #earliestAt = Number.POSITIVE_INFINITY
  /** By item, then window. */
  #purchases = new Int32Array(0)
  #views = new Int32Array(0)
  /** ln(1 + weight). */
  #logWeights = new Float64Array(0)
  #seasonWeeks = new Int32Array(0)
  #seasonYear = new Int32Array(0)
  /** The sums of an item hold until this instant; 0 while they have to be computed. */
  #holdsUntil = new Float64Array(0)

  constructor({ items, tilesOf, hour, end }: SalesAtOptions) {
    this.#items = items
    this.#tilesOf = tilesOf
    this.#hour = hour
    this.#end = end
    this.#tops = WINDOW_DAYS.map((days) => new TopList((item) => this.weight(item, days), items.compare))
  }

  purchases = (item: number, days: WindowDays): number => {
    this.#freshen(item)
    return this.#purchases[item * WIDTH + PLACES[days]] ?? 0
  }

  views = (item: number, days: WindowDays): number => {
    this.#freshen(item)
    return this.#views[item * WIDTH + PLACES[days]] ?? 0
  }

  weight = (item: number, days: WindowDays): number => {
    this.#freshen(item)
    const place = item * WIDTH + PLACES[days]
    return (this.#purchases[place] ?? 0) + VIEW_WEIGHT * (this.#views[place] ?? 0)
  }

  popularity = (item: number, windows: readonly WindowShare[]): number => {
    this.#freshen(item)
    let sum = 0
    for (let index = 0; index < windows.length; index += 1) {
      const window = windows[index]
      if (window === undefined) continue
      sum += window.share * ((this.#logWeights[item * WIDTH + PLACES[window.days]] ?? 0) / window.scale)
    }
    return sum
  }

  greatest = (days: WindowDays): number => {
    const [first] = this.top(days, 1)
    return first === undefined ? 0 : this.weight(first, days)
  }

  top = (days: WindowDays, limit: number): readonly number[] =>
    this.#tops[PLACES[days]]?.top(limit, () => everyItem(this.#items)) ?? []

  topOfCategory = (category: number, limit: number): readonly number[] =>
    this.#groupTop(`c${category}`, limit, () => this.#items.inCategory(category))

  topOfBrand = (brand: number, limit: number): readonly number[] =>
    this.#groupTop(`b${brand}`, limit, () => this.#items.ofBrand(brand))

  get season(): SeasonFigures {
    const day = floorTo(this.#hour, DAY_MS)
    if (day !== this.#seasonDay) {
      this.#seasonDay = day
      for (const item of everyItem(this.#items)) this.#freshen(item)
      const counts = {
        weeks: (item: number) => this.#seasonWeeks[item] ?? 0,
        year: (item: number) => this.#seasonYear[item] ?? 0,
      }
      this.#season = seasonOf(this.#items, counts, { day, earliestAt: this.#earliestAt })
    }
    return this.#season
  }

  /** Says that tiles of an item, or its category, are others now. */
  changed(item: number): void {
    if ((this.#holdsUntil[item] ?? 0) > 0) this.#holdsUntil[item] = 0
    for (const top of this.#tops) top.changed(item)
    this.#groupTops.delete(`c${this.#items.category(item)}`)
    this.#groupTops.delete(`b${this.#items.brand(item)}`)
  }

  /** Lets the present go on to a later hour. */
  advance(hour: number): void {
    if (hour === this.#hour) return
    this.#hour = hour
    this.#groupTops.clear()
    for (const top of this.#tops) top.mayHaveFallen()
  }

  #groupTop(name: string, limit: number, members: () => Iterable<number>): readonly number[] {
    let top = this.#groupTops.get(name)
    if (top === undefined) {
      top = bestItems(members(), GROUP_TOP, (item) => this.weight(item, 90), this.#items.compare)
      this.#groupTops.set(name, top)
    }
    return top.length <= limit ? top : top.slice(0, limit)
  }

  #freshen(item: number): void {
    if (item >= this.#holdsUntil.length) this.#grow()
    if ((this.#holdsUntil[item] ?? 0) <= this.#hour) this.#recompute(item)
  }

  #recompute(item: number): void {
    const [purchases, views, hour] = [this.#purchases, this.#views, this.#hour]
    const first = item * WIDTH
    purchases.fill(0, first, first + WIDTH)
    views.fill(0, first, first + WIDTH)
    this.#seasonWeeks[item] = 0
    this.#seasonYear[item] = 0
    let holdsUntil = Number.POSITIVE_INFINITY
    for (const { tileStart, values } of this.#tilesOf(this.#items.sku(item))) {
      if (tileStart >= this.#end) continue
      const [bought, seen] = [Number(values[PURCHASES]), Number(values[VIEWS])]
      for (let place = 0; place < WIDTH; place += 1) {
        if (tileStart < hour - (LENGTHS_MS[place] ?? 0)) continue
        purchases[first + place] = (purchases[first + place] ?? 0) + bought
        views[first + place] = (views[first + place] ?? 0) + seen
      }
      if (bought > 0) this.#countSeason(item, tileStart, bought)
      holdsUntil = Math.min(holdsUntil, nextCrossing(tileStart, hour))
    }
    for (let place = first; place < first + WIDTH; place += 1) {
      this.#logWeights[place] = Math.log1p((purchases[place] ?? 0) + VIEW_WEIGHT * (views[place] ?? 0))
    }
    this.#holdsUntil[item] = holdsUntil
  }

  #countSeason(item: number, tileStart: number, bought: number): void {
    this.#earliestAt = Math.min(this.#earliestAt, tileStart)
    const daysAgo = (floorTo(this.#hour, DAY_MS) - tileStart) / DAY_MS
    if (daysAgo > SEASON_DAYS.yearFrom || daysAgo <= SEASON_DAYS.yearTo) return
    this.#seasonYear[item] = (this.#seasonYear[item] ?? 0) + bought
    if (daysAgo > SEASON_DAYS.weeksTo) this.#seasonWeeks[item] = (this.#seasonWeeks[item] ?? 0) + bought
  }

  #grow(): void {
    const length = Math.max(1024, 2 * this.#items.count)
    const grown = (column: Int32Array, size: number): Int32Array<ArrayBuffer> => {
      const fresh = new Int32Array(size)
      fresh.set(column)
      return fresh
    }
    this.#purchases = grown(this.#purchases, length * WIDTH)
    this.#views = grown(this.#views, length * WIDTH)
    this.#seasonWeeks = grown(this.#seasonWeeks, length)
    this.#seasonYear = grown(this.#seasonYear, length)
    const grownDoubles = (column: Float64Array, size: number): Float64Array<ArrayBuffer> => {
      const fresh = new Float64Array(size)
      fresh.set(column)
      return fresh
    }
    this.#logWeights = grownDoubles(this.#logWeights, length * WIDTH)
    this.#holdsUntil = grownDoubles(this.#holdsUntil, length)
  }
}

/** The first hour after `hour` at which the tile may have crossed a border. */
function nextCrossing(tileStart: number, hour: number): number {
  for (const border of BORDERS_MS) {
    const crossing = tileStart + border + HOUR_MS
    if (crossing > hour) return crossing
  }
  return Number.POSITIVE_INFINITY
}
