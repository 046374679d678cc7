import type { ViewPlan } from '../plan.ts'
import type { OwnerGroup } from './incremental-owners.ts'
import { ENTRY } from './incremental-parts.ts'
import { radixOrder } from './radix-order.ts'
import { VarintWriter } from './varint.ts'

/** Finished tiles of one view as columns of equal length, in any order. A sequence has one row an entry. */
export type TileColumns = {
  readonly length: number
  /** Number of the owner. */
  readonly owners: Int32Array
  /** The tile: its start / its size. */
  readonly tiles: Int32Array
  /** Numbers of the words of key[1], key[2], ... */
  readonly words: readonly Int32Array[]
  /** Rows of the tile and its measures, NaN for null; of a sequence the `ENTRY` numbers of an entry. */
  readonly values: readonly Float64Array[]
}

/**
 * Tiles with the order of their rows: by owner, then by time. Entries of one tile follow one another, oldest first,
 * those of one instant in the total order.
 */
export type OrderedTiles = TileColumns & { readonly order: Int32Array }

export function orderTiles(plan: ViewPlan, columns: TileColumns): OrderedTiles {
  const { length, owners, tiles, words } = columns
  if (plan.viewKind !== 'sequence') return { ...columns, order: radixOrder(length, [owners, tiles]) }
  const ordered = { ...columns, order: radixOrder(length, [owners, tiles, ...words]) }
  const isLater = (a: number, b: number) => isLaterEntry(columns.values, a, b)
  for (let from = 0; from < length; ) {
    const end = endOfTile(ordered, from, length)
    sortRun(ordered.order, { from, end }, isLater)
    from = end
  }
  return ordered
}

/** How many tiles they are. */
export function tileCount(plan: ViewPlan, tiles: OrderedTiles): number {
  if (plan.viewKind !== 'sequence') return tiles.length
  let count = 0
  for (let from = 0; from < tiles.length; from = endOfTile(tiles, from, tiles.length)) count += 1
  return count
}

/** Place after the last row, before `limit`, of the tile whose rows begin at a place of the order. */
function endOfTile({ owners, tiles, words, order }: OrderedTiles, from: number, limit: number): number {
  const first = order[from] ?? 0
  let end = from + 1
  for (; end < limit; end += 1) {
    const row = order[end] ?? 0
    if (tiles[row] !== tiles[first] || owners[row] !== owners[first]) return end
    for (const column of words) if (column[row] !== column[first]) return end
  }
  return end
}

/** Whether entry `a` comes after `b` in the total order: by instant, then by its coordinates. */
function isLaterEntry(values: readonly Float64Array[], a: number, b: number): boolean {
  for (let field = 1; field < ENTRY; field += 1) {
    const column = values[field]
    const difference = (column?.[a] ?? 0) - (column?.[b] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}

/** Longer runs are not sorted by insertion, which takes time by the square. */
const LONG_RUN = 64

/** Sorts some places of an order. Most runs are short, and nearly in order, as the log is. */
function sortRun(
  order: Int32Array,
  { from, end }: { readonly from: number; readonly end: number },
  isLater: (a: number, b: number) => boolean,
): void {
  if (end - from > LONG_RUN) {
    order.subarray(from, end).sort((a, b) => (isLater(a, b) ? 1 : -1))
    return
  }
  for (let place = from + 1; place < end; place += 1) {
    const row = order[place] ?? 0
    let target = place
    for (; target > from && isLater(order[target - 1] ?? 0, row); target -= 1) {
      order[target] = order[target - 1] ?? 0
    }
    order[target] = row
  }
}

/** A chunk as `writeChunk` writes it. */
export type EncodedChunk = { readonly owner: number; readonly number: number; readonly bytes: Uint8Array }

/**
 * Merges finished tiles of all views of a group (one entry of `views` each) into encoded chunks, in order of owner
 * and time, without an engine: what `writeChunk` would write of the same tiles, straight from the columns.
 */
export function* encodeChunks(group: OwnerGroup, views: readonly OrderedTiles[]): Generator<EncodedChunk> {
  const sources = group.folders.map((folder, index) => {
    const tiles = views[index]
    if (tiles === undefined) throw new Error(`bug: no tiles of view '${folder.plan.view.name}'`)
    return folder.plan.viewKind === 'sequence'
      ? new SequenceSource(tiles, group.chunkMs, folder.plan)
      : new TileSource(tiles, group.chunkMs, folder.plan)
  })
  const writer = new VarintWriter()
  for (;;) {
    let [owner, number] = [Infinity, Infinity]
    for (const source of sources) {
      if (source.owner > owner || (source.owner === owner && source.number >= number)) continue
      owner = source.owner
      number = source.number
    }
    if (owner === Infinity) return
    for (const source of sources) source.write(owner, number, writer)
    yield { owner, number, bytes: writer.take() }
  }
}

/** Tiles of one view, written chunk by chunk. */
class TileSource {
  protected readonly columns: OrderedTiles
  readonly #tilesOfChunk: number
  /** Place in the order. */
  #at = 0
  /** Of the next chunk; Infinity at the end. */
  owner = Infinity
  number = Infinity

  constructor(columns: OrderedTiles, chunkMs: number, { tileMs }: Pick<ViewPlan, 'tileMs'>) {
    this.columns = columns
    this.#tilesOfChunk = chunkMs / tileMs
    this.#look()
  }

  /** Writes the view's part of the chunk and goes on to the next one; a part without tiles, if it has none there. */
  write(owner: number, number: number, to: VarintWriter): void {
    const from = this.#at
    const firstTile = number * this.#tilesOfChunk
    if (this.owner === owner && this.number === number) {
      const { length, order, owners, tiles } = this.columns
      const end = firstTile + this.#tilesOfChunk
      for (; this.#at < length; this.#at += 1) {
        const row = order[this.#at] ?? 0
        if (owners[row] !== owner || (tiles[row] ?? 0) >= end) break
      }
      this.#look()
    }
    this.writePart(from, this.#at, firstTile, to)
  }

  /** Writes the rows of the places from `from` to before `end`: how many numbers they are, then the tiles. */
  protected writePart(from: number, end: number, firstTile: number, to: VarintWriter): void {
    const { order, tiles, words, values } = this.columns
    to.unsigned((end - from) * (1 + words.length + values.length))
    for (let at = from; at < end; at += 1) {
      const row = order[at] ?? 0
      to.unsigned((tiles[row] ?? 0) - firstTile)
      for (const column of words) to.unsigned(column[row] ?? 0)
      to.unsigned(values[0]?.[row] ?? 0)
      for (let value = 1; value < values.length; value += 1) to.signed(values[value]?.[row] ?? Number.NaN)
    }
  }

  #look(): void {
    const { length, order, owners, tiles } = this.columns
    const row = order[this.#at] ?? 0
    const isAtEnd = this.#at >= length
    this.owner = isAtEnd ? Infinity : (owners[row] ?? 0)
    this.number = isAtEnd ? Infinity : Math.floor((tiles[row] ?? 0) / this.#tilesOfChunk)
  }
}

class SequenceSource extends TileSource {
  readonly #limit: number
  readonly #tileMs: number
  /** Where the tiles of a part end. */
  readonly #ends: number[] = []

  constructor(columns: OrderedTiles, chunkMs: number, plan: ViewPlan) {
    super(columns, chunkMs, plan)
    const measure = plan.measures[0]?.measure
    if (measure?.kind !== 'latest') throw new Error(`bug: sequence view '${plan.view.name}' without latest`)
    this.#limit = measure.limit
    this.#tileMs = plan.tileMs
  }

  protected override writePart(from: number, end: number, firstTile: number, to: VarintWriter): void {
    to.unsigned(this.#lengthOf(from, end))
    let start = from
    for (const tileEnd of this.#ends) {
      this.#writeTile(start, tileEnd, firstTile, to)
      start = tileEnd
    }
  }

  /** How many numbers the tiles are; notes where they end. */
  #lengthOf(from: number, end: number): number {
    this.#ends.length = 0
    const head = 3 + this.columns.words.length
    let length = 0
    for (let start = from; start < end; ) {
      const tileEnd = endOfTile(this.columns, start, end)
      length += head + ENTRY * Math.min(this.#limit, tileEnd - start)
      this.#ends.push(tileEnd)
      start = tileEnd
    }
    return length
  }

  #writeTile(from: number, end: number, firstTile: number, to: VarintWriter): void {
    const { order, tiles, words, values } = this.columns
    const first = order[from] ?? 0
    const tile = tiles[first] ?? 0
    to.unsigned(tile - firstTile)
    for (const column of words) to.unsigned(column[first] ?? 0)
    // Rows of the stream are counted by the other views; here a tile has at least one.
    to.unsigned(1)
    const count = Math.min(this.#limit, end - from)
    to.unsigned(count)
    for (let at = end - 1; at >= end - count; at -= 1) {
      const entry = order[at] ?? 0
      to.unsigned(values[0]?.[entry] ?? 0)
      to.unsigned((values[1]?.[entry] ?? 0) - tile * this.#tileMs)
      for (let field = 2; field < ENTRY; field += 1) to.unsigned(values[field]?.[entry] ?? 0)
    }
  }
}
