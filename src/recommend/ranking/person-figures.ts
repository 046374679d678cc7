import type { View } from '../../algebra/view.ts'
import type { FeatureRequest } from '../../compile/inprocess/feature-evaluator.ts'
import type { FeatureProgram, FigureRead, Figures } from '../../compile/inprocess/feature-program.ts'
import type { TileRow } from '../../compile/tile.ts'
import { tileSpan } from '../../features/feature-reader.ts'
import type { ItemTable } from '../../models/candidates/item-table.ts'
import type { ShopState } from '../shop-state.ts'

const NO_ROWS: readonly TileRow[] = []

/** What is read of who asks, and of what they did with products: their tiles, looked up once a request. */
export class PersonFigures {
  readonly #state: ShopState
  readonly #items: ItemTable
  readonly #program: FeatureProgram
  readonly #request: FeatureRequest
  readonly #instant: { readonly asOf: number; readonly newestAt: number }
  /** Rows of a window by product, by read. */
  readonly #byItem: readonly ReadonlyMap<number, readonly TileRow[]>[]
  readonly #byCategory: readonly ReadonlyMap<number, readonly TileRow[]>[]
  readonly #rows = new Map<View, readonly TileRow[]>()
  readonly #pairs = new Map<number, Float64Array>()
  readonly #categories = new Map<number, Float64Array>()
  readonly #knownItems: ReadonlySet<number>
  readonly #noPair: Float64Array

  constructor(
    { state, items }: { readonly state: ShopState; readonly items: ItemTable },
    program: FeatureProgram,
    request: FeatureRequest,
    asOf: number,
  ) {
    this.#state = state
    this.#items = items
    this.#program = program
    this.#request = request
    this.#instant = { asOf, newestAt: state.newestAt() }
    const { pair, pairCategory } = program.reads
    this.#byItem = pair.map((read) => this.#grouped(read, (item) => [item]))
    this.#byCategory = pairCategory.map((read) => this.#grouped(read, (item) => this.#pathOf(item)))
    this.#knownItems = new Set(this.#byItem.flatMap((rows) => [...rows.keys()]))
    this.#noPair = this.#reduced(pair, () => NO_ROWS)
  }

  /** Figures of the person alone. */
  show(figures: Figures): void {
    figures.person = this.#reduced(this.#program.reads.person, (_, read) => this.#windowRows(read))
    figures.pair = this.#noPair
  }

  /** Whether the person has anything to do with an item, so that its figures are not those of all others. */
  knows(item: number): boolean {
    return this.#knownItems.has(item)
  }

  showItem(figures: Figures, item: number): void {
    figures.pair = this.knows(item) ? this.#pairOf(item) : this.#noPair
    if (this.#byCategory.length > 0) figures.pairCategory = this.#categoryOf(this.#items.category(item))
  }

  #pairOf(item: number): Float64Array {
    return remembered(this.#pairs, item, () =>
      this.#reduced(this.#program.reads.pair, (slot) => this.#byItem[slot]?.get(item) ?? NO_ROWS),
    )
  }

  #categoryOf(category: number): Float64Array {
    return remembered(this.#categories, category, () =>
      this.#reduced(
        this.#program.reads.pairCategory,
        (slot) => this.#byCategory[slot]?.get(category) ?? NO_ROWS,
      ),
    )
  }

  /** Of somebody of whom nothing may be read all is missing. */
  #reduced(
    reads: readonly FigureRead[],
    rowsOf: (slot: number, read: FigureRead) => readonly TileRow[],
  ): Float64Array {
    return Float64Array.from(reads, (read, slot) =>
      this.#owners(read).length === 0 ? Number.NaN : (read.reduce(rowsOf(slot, read)) ?? Number.NaN),
    )
  }

  #grouped(read: FigureRead, placesOf: (item: number) => Iterable<number>) {
    const skuPlace = read.read.view.key.indexOf('sku')
    const groups = new Map<number, TileRow[]>()
    for (const row of this.#windowRows(read)) {
      const item = this.#items.numberOf(row.key[skuPlace] ?? '')
      if (item < 0) continue
      for (const place of placesOf(item)) {
        const group = groups.get(place)
        if (group === undefined) groups.set(place, [row])
        else group.push(row)
      }
    }
    return groups
  }

  /** The category of an item and all above it. */
  *#pathOf(item: number): Generator<number> {
    const { categories } = this.#items
    for (let at = this.#items.category(item); at >= 0; at = categories.parent(at)) yield at
  }

  #windowRows(read: FigureRead): readonly TileRow[] {
    const { view, window } = read.read
    const span = tileSpan(view, window, this.#instant)
    return this.#rowsOf(read).filter(({ tileStart }) => tileStart >= span.from && tileStart < span.to)
  }

  #rowsOf(read: FigureRead): readonly TileRow[] {
    const { view } = read.read
    return remembered(this.#rows, view, () =>
      this.#owners(read).flatMap((owner) => [...this.#state.ownerTiles(view.name, owner)]),
    )
  }

  #owners({ binding }: FigureRead): readonly string[] {
    const { shoppers, session } = this.#request
    if (binding[0]?.part === 'session') return session === null ? [] : [session]
    return shoppers
  }
}

function remembered<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = known.get(key)
  if (found !== undefined) return found
  const value = make()
  known.set(key, value)
  return value
}
