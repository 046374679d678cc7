import type { LoggedRecord } from '../../algebra/source.ts'
import type { Stream } from '../../algebra/stream.ts'
import { EndcapError } from '../../core/errors.ts'
import type { ViewPlan } from '../plan.ts'
import type { TileRow } from '../tile.ts'
import {
  type Chunk,
  findChunk,
  groupsOf,
  type Owner,
  type OwnerGroup,
  sizeOfPart,
} from './incremental-owners.ts'
import { type ChunkSource, OwnerPages } from './incremental-pages.ts'
import { NO_TILES, type Part, type PartFolder } from './incremental-parts.ts'
import { type RowProjector, type RowSlots, rowProjectors, slotsOf } from './incremental-rows.ts'
import type { Refusal } from './rows.ts'
import { Words } from './words.ts'

/** What of the state may lie elsewhere than in memory. */
export type Paging = {
  readonly source: ChunkSource
  /** Of a group's first key column. */
  readonly isPaged: (column: string) => boolean
  /** Bytes that owners of paged groups may take, about; what has not been stored yet stays beyond that. */
  readonly maxBytes: number
}

/**
 * The in-process engine: typed state kept up to date record by record, equal to `naiveTiles` over the same
 * records in whichever order they came. It takes admitted, deduplicated records; a row of a stream is
 * computed once for all its views.
 */
export class IncrementalEngine {
  readonly words = new Words()
  readonly groups: readonly OwnerGroup[]
  /**
   * Views of which an owner has more rows than `rowsPerKey`: one of its keys may have too. Sums are still
   * exact (each is checked), but the engines' proof that they stay so no longer holds.
   */
  readonly overfull = new Set<string>()
  #dirty: Chunk[] = []
  #changed: Owner[] = []
  readonly #pages: OwnerPages
  readonly #streams: readonly StreamFold[]
  #sign: 1 | -1 = 1

  /** @param paging absent: everything is in memory */
  /** @throws EndcapError NOT_EXPRESSIBLE for a batch view */
  constructor(plans: readonly ViewPlan[], paging?: Paging) {
    const batch = plans.find(({ view }) => view.join !== undefined)
    if (batch !== undefined) {
      throw new EndcapError('NOT_EXPRESSIBLE', 'a batch view is not kept up to date event by event', {
        place: `view '${batch.view.name}'`,
      })
    }
    this.groups = groupsOf(plans, this.words, paging?.isPaged ?? (() => false))
    this.#pages = new OwnerPages(this.groups, paging)
    const streams = [...new Set(plans.map((plan) => plan.view.from))]
    this.#streams = streams.map((stream) => this.#foldStream(stream))
  }

  /** Folds an admitted record in. @returns items of it that were refused; usually none */
  apply(record: LoggedRecord): readonly Refusal[] {
    return this.#fold(record, 1)
  }

  /**
   * Takes a record out that was folded in before: the inverse of `apply`.
   * @throws EndcapError NOT_EXPRESSIBLE if any view has a merge measure
   */
  retract(record: LoggedRecord): void {
    const merging = this.groups.flatMap(({ folders }) => folders).find(({ plan }) => plan.viewKind !== 'sum')
    if (merging !== undefined) {
      throw new EndcapError('NOT_EXPRESSIBLE', 'a view with merge measures cannot take a row out', {
        place: `view '${merging.plan.view.name}'`,
        remedy: 'Rebuild the key from the log.',
      })
    }
    this.#fold(record, -1)
  }

  /** Chunks that changed since the last call, each once; they stay in memory until `saved` is told of them. */
  takeDirty(): readonly Chunk[] {
    const dirty = this.#dirty
    this.#dirty = []
    for (const chunk of dirty) {
      chunk.dirty = false
      chunk.isSaving = true
    }
    return dirty
  }

  /** Tells that chunks of `takeDirty` are in the source of chunks now. */
  saved(chunks: readonly Chunk[]): void {
    for (const chunk of chunks) chunk.isSaving = false
  }

  get dirtyCount(): number {
    return this.#dirty.length
  }

  /** Owners that changed since the last call, each once. */
  takeChanged(): readonly Owner[] {
    const changed = this.#changed
    this.#changed = []
    for (const owner of changed) owner.changed = false
    return changed
  }

  /** The owner's chunk to write to, made if there is none; for whoever fills the state from a store. */
  chunk(group: OwnerGroup, owner: string, number: number): Chunk {
    return this.#pages.reach(group, owner, number)
  }

  /** Fills a chunk with what `writeChunk` wrote of it. @throws EndcapError CORRUPT */
  fill(group: OwnerGroup, owner: string, number: number, bytes: Uint8Array): void {
    this.#pages.fill(this.chunk(group, owner, number), bytes)
  }

  /** Lets go of a chunk that is to be removed. @returns false if it has changed: it may not be removed then */
  drop({ group: index, owner: id, number }: ChunkPlace): boolean {
    const owner = this.groups[index]?.owners.get(id)
    const chunk = owner && findChunk(owner, number)
    if (chunk === undefined) return true
    if (chunk.dirty || chunk.isSaving) return false
    this.#pages.drop(chunk)
    return true
  }

  /** Marks a chunk as changed. */
  touch(chunk: Chunk): void {
    if (!chunk.dirty) {
      chunk.dirty = true
      this.#dirty.push(chunk)
    }
    if (!chunk.owner.changed) {
      chunk.owner.changed = true
      this.#changed.push(chunk.owner)
    }
  }

  /** Notes that a part of a chunk of the group, written to from outside, has so many numbers more. */
  grew(group: OwnerGroup, slots: number): void {
    this.#pages.grew(group, slots)
  }

  /** Where a view's tiles lie. @throws EndcapError NOT_FOUND for a name that no plan has */
  locate(view: string): { readonly group: OwnerGroup; readonly folder: PartFolder; readonly index: number } {
    for (const group of this.groups) {
      const index = group.folders.findIndex(({ plan }) => plan.view.name === view)
      const folder = group.folders[index]
      if (folder !== undefined) return { group, folder, index }
    }
    throw new EndcapError('NOT_FOUND', `no view is called '${view}'`)
  }

  /** All tiles of a view, in no particular order. */
  *tiles(view: string): Generator<TileRow> {
    for (const owner of this.owners(this.locate(view).group)) yield* this.ownerTiles(view, owner)
  }

  /** Every owner of a group that has tiles, in memory or not. */
  owners(group: OwnerGroup): Iterable<string> {
    return this.#pages.owners(group)
  }

  /** Tiles of all keys of a view that begin with `owner`, in no particular order. */
  *ownerTiles(view: string, owner: string): Generator<TileRow> {
    yield* this.keyTiles(view, [owner])
  }

  /**
   * Tiles of all keys of a view that begin with `key`, in no particular order.
   * @param from those that start earlier are left out; epoch ms
   */
  keyTiles(
    view: string,
    [owner = '', ...wanted]: readonly string[],
    from = Number.NEGATIVE_INFINITY,
  ): readonly TileRow[] {
    const { group, folder, index } = this.locate(view)
    const { tileMs } = folder.plan
    const chunks = this.#pages.whole(group, owner)?.chunks ?? NO_CHUNKS
    const numbers = wanted.map((word) => this.words.find(word) ?? -1)
    const rows: TileRow[] = []
    for (const { parts } of chunks) {
      const part = parts[index] ?? []
      for (let start = 0; start < part.length; start += folder.lengthAt(part, start)) {
        const tileStart = (part[start] ?? 0) * tileMs
        if (tileStart < from || !isOfKey(part, start, numbers)) continue
        const key = [owner]
        for (let at = start + 1; at < start + folder.head - 1; at += 1)
          key.push(this.words.text(part[at] ?? 0))
        rows.push({ key, tileStart, values: folder.valuesAt(part, start) })
      }
    }
    return rows
  }

  #fold(record: LoggedRecord, sign: 1 | -1): readonly Refusal[] {
    this.#sign = sign
    let refusals: Refusal[] | undefined
    for (const { projectors, onRow } of this.#streams) {
      projectors.get(record.topic)?.(record, onRow, (item, reason) => {
        const { topic, partition, offset } = record
        refusals ??= []
        refusals.push({ topic, partition, offset, item, reason })
      })
    }
    return refusals ?? NONE
  }

  #foldStream(stream: Stream): StreamFold {
    const { columns } = slotsOf(stream)
    const atSlot = columns.get(stream.at) ?? -1
    const groups = this.groups
      .filter((group) => group.stream === stream)
      .map((group) => ({ group, slot: columns.get(group.column) ?? -1 }))
    const onRow = (row: RowSlots): void => {
      const at = Number(row[atSlot])
      for (const { group, slot } of groups) {
        const id = row[slot] ?? null
        if (id !== null) this.#foldOwner(group, String(id), row, at)
      }
    }
    return { projectors: rowProjectors(stream), onRow }
  }

  #foldOwner(group: OwnerGroup, id: string, row: RowSlots, at: number): void {
    const chunk = this.chunk(group, id, Math.floor(at / group.chunkMs))
    const { folders } = group
    chunk.owner.rows += this.#sign
    for (let index = 0; index < folders.length; index += 1) {
      const folder = folders[index]
      if (folder === undefined || !folder.takes(row)) continue
      const part = chunk.parts[index] ?? NO_TILES
      const before = part.length
      const own = folder.fold(part, row, at, this.#sign)
      if (own !== part) chunk.parts[index] = own
      this.#pages.grew(group, sizeOfPart(own.length) - sizeOfPart(before))
      if (chunk.owner.rows > folder.plan.view.rowsPerKey) this.overfull.add(folder.plan.view.name)
    }
    this.touch(chunk)
  }
}

/** A chunk, by the index of its group. */
type ChunkPlace = { readonly group: number; readonly owner: string; readonly number: number }

type StreamFold = {
  readonly projectors: ReadonlyMap<string, RowProjector>
  readonly onRow: (row: RowSlots) => void
}

const NONE: readonly Refusal[] = Object.freeze([])

const NO_CHUNKS: readonly Chunk[] = []

/** Whether the tile at `start` has these words behind its owner. */
function isOfKey(part: Part, start: number, numbers: readonly number[]): boolean {
  for (let place = 0; place < numbers.length; place += 1) {
    if (part[start + 1 + place] !== numbers[place]) return false
  }
  return true
}
