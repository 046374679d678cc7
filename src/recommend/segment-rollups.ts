import type { Figures } from '../catalog/readings/window-figures.ts'
import { segmentProduct } from '../catalog/views/segment-product.ts'
import type { ItemTable } from '../models/candidates/item-table.ts'
import type { Group, Segment } from './segment-groups.ts'

/** What one group bought. */
export type Rollup = {
  /** By place of the item. */
  readonly byPlace: Int32Array
  /** By number of the category. */
  readonly byCategory: Int32Array
  readonly all: number
}

const PURCHASES = Object.keys(segmentProduct.measures).indexOf('purchases')

/**
 * What segments bought, as columns: a row for each item and segment. Items are by place, dense, in the order in which
 * they come; adding up what a group bought is one pass over numbers.
 */
export class SegmentRollups {
  /** Item number of each place. */
  readonly items: Int32Array
  /** Category of each place, as it was when the rows were read. */
  readonly categories: Int32Array
  readonly #categoryCount: number
  readonly #segments: readonly Segment[]
  readonly #rows: { readonly places: Int32Array; readonly segments: Int32Array; readonly counts: Int32Array }
  /** By item number; -1 for an item of which nothing was bought. */
  readonly #placeOf: Int32Array

  constructor(table: ItemTable, figures: readonly Figures[]) {
    const segments = new Map<string, number>()
    const found: Segment[] = []
    const items: number[] = []
    const rows: { places: number[]; segments: number[]; counts: number[] } = {
      places: [],
      segments: [],
      counts: [],
    }
    this.#placeOf = new Int32Array(table.count).fill(-1)
    for (const { key, values } of figures) {
      const [generation = '', gender = '', region = '', sku = ''] = key
      const [count, item] = [Number(values[PURCHASES]), table.numberOf(sku)]
      if (count <= 0 || item < 0) continue
      const name = `${generation} ${gender} ${region}`
      const segment = segments.get(name) ?? found.push({ generation, gender, region }) - 1
      segments.set(name, segment)
      if (this.place(item) < 0) this.#placeOf[item] = items.push(item) - 1
      rows.places.push(this.place(item))
      rows.segments.push(segment)
      rows.counts.push(count)
    }
    this.items = Int32Array.from(items)
    this.categories = this.items.map((item) => table.category(item))
    this.#categoryCount = table.categories.count
    this.#segments = found
    this.#rows = {
      places: Int32Array.from(rows.places),
      segments: Int32Array.from(rows.segments),
      counts: Int32Array.from(rows.counts),
    }
  }

  /** -1 for an item of which nothing was bought. */
  place(item: number): number {
    return this.#placeOf[item] ?? -1
  }

  of({ holds }: Group): Rollup {
    const isOfGroup = Uint8Array.from(this.#segments, (segment) => (holds(segment) ? 1 : 0))
    const byPlace = new Int32Array(this.items.length)
    const byCategory = new Int32Array(this.#categoryCount)
    const { places, segments, counts } = this.#rows
    let all = 0
    for (let row = 0; row < places.length; row += 1) {
      if (isOfGroup[segments[row] ?? 0] === 0) continue
      const [place, count] = [places[row] ?? 0, counts[row] ?? 0]
      const category = this.categories[place] ?? 0
      byPlace[place] = (byPlace[place] ?? 0) + count
      byCategory[category] = (byCategory[category] ?? 0) + count
      all += count
    }
    return { byPlace, byCategory, all }
  }
}
