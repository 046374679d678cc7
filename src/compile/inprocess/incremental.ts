import type { LoggedRecord } from '../../algebra/source.ts'
import type { Stream } from '../../algebra/stream.ts'
import { DAY_MS } from '../../core/duration.ts'
import { EndcapError } from '../../core/errors.ts'
import type { ViewPlan } from '../plan.ts'
import type { TileRow } from '../tile.ts'
import { NO_TILES, type Part, type PartFolder, partFolder } from './incremental-parts.ts'
import { type RowProjector, type RowSlots, rowProjectors, slotsOf } from './incremental-rows.ts'
import type { Refusal } from './rows.ts'
import { Words } from './words.ts'

/** One owner's tiles of all views of its group, in one chunk of event time. */
export type Chunk = {
  readonly owner: Owner
  /** The chunk covers `[number x chunkMs, (number + 1) x chunkMs)`. */
  readonly number: number
  /** One part a view of the group, in its order; `NO_TILES` until it has one. Written to through `ownPart`. */
  readonly parts: Part[]
  /** Whether it changed since `takeDirty`. */
  dirty: boolean
}

/** One value of a group's first key column, with its chunks in order of time. */
export type Owner = {
  readonly id: string
  readonly group: OwnerGroup
  readonly chunks: Chunk[]
  /** Whether it changed since `takeChanged`. */
  changed: boolean
  /** Rows folded in, an upper bound for each of its keys. */
  rows: number
}

/** Views of one stream that share their first key column: what belongs to one owner lies together. */
export type OwnerGroup = {
  /** `interactions.shopper`. */
  readonly name: string
  readonly stream: Stream
  readonly column: string
  readonly folders: readonly PartFolder[]
  /** A day where a tile is shorter than that, else a week: keeps what one event dirties below 1 KB. */
  readonly chunkMs: number
  readonly owners: Map<string, Owner>
}

const WEEK_MS = 7 * DAY_MS

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
  readonly #streams: readonly StreamFold[]
  #sign: 1 | -1 = 1

  constructor(plans: readonly ViewPlan[]) {
    this.groups = groupsOf(plans, this.words)
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

  /** Chunks that changed since the last call, each once. */
  takeDirty(): readonly Chunk[] {
    const dirty = this.#dirty
    this.#dirty = []
    for (const chunk of dirty) chunk.dirty = false
    return dirty
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

  /** The owner's chunk, made if absent; for whoever fills the state from a store. */
  chunk(group: OwnerGroup, ownerId: string, number: number): Chunk {
    let owner = group.owners.get(ownerId)
    if (owner === undefined) {
      owner = { id: ownerId, group, chunks: [], changed: false, rows: 0 }
      group.owners.set(ownerId, owner)
    }
    return chunkOf(owner, number)
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
    for (const owner of this.locate(view).group.owners.keys()) yield* this.ownerTiles(view, owner)
  }

  /** Tiles of all keys of a view that begin with `owner`, in no particular order. */
  *ownerTiles(view: string, owner: string): Generator<TileRow> {
    yield* this.keyTiles(view, [owner])
  }

  /** Tiles of all keys of a view that begin with `key`, in no particular order. */
  *keyTiles(view: string, [owner = '', ...wanted]: readonly string[]): Generator<TileRow> {
    const { group, folder, index } = this.locate(view)
    const numbers = wanted.map((word) => this.words.find(word) ?? -1)
    for (const chunk of group.owners.get(owner)?.chunks ?? []) {
      const part = chunk.parts[index] ?? []
      for (let start = 0; start < part.length; start += folder.lengthAt(part, start)) {
        if (!numbers.every((number, place) => part[start + 1 + place] === number)) continue
        const rest = part.slice(start + 1, start + folder.head - 1).map((word) => this.words.text(word))
        yield {
          key: [owner, ...rest],
          tileStart: (part[start] ?? 0) * folder.plan.tileMs,
          values: folder.valuesAt(part, start),
        }
      }
    }
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
      folder.fold(ownPart(chunk, index), row, at, this.#sign)
      if (chunk.owner.rows > folder.plan.view.rowsPerKey) this.overfull.add(folder.plan.view.name)
    }
    this.touch(chunk)
  }
}

type StreamFold = {
  readonly projectors: ReadonlyMap<string, RowProjector>
  readonly onRow: (row: RowSlots) => void
}

const NONE: readonly Refusal[] = Object.freeze([])

function groupsOf(plans: readonly ViewPlan[], words: Words): OwnerGroup[] {
  const groups = Map.groupBy(plans, ({ view }) => `${view.from.name}.${view.key[0]}`)
  return [...groups].map(([name, members]) => {
    const [first] = members
    if (first === undefined) throw new Error('bug: empty group')
    return {
      name,
      stream: first.view.from,
      column: first.view.key[0],
      folders: members.map((plan) => partFolder(plan, words)),
      chunkMs: members.some(({ tileMs }) => tileMs < DAY_MS) ? DAY_MS : WEEK_MS,
      owners: new Map(),
    }
  })
}

/** The part of a chunk for the view at `index`, to write to. */
export function ownPart(chunk: Chunk, index: number): Part {
  const part = chunk.parts[index]
  if (part !== undefined && part !== NO_TILES) return part
  const own: Part = []
  chunk.parts[index] = own
  return own
}

/** The chunk by number: usually the last one, else found by halving. */
function chunkOf(owner: Owner, number: number): Chunk {
  const { chunks } = owner
  const last = chunks.at(-1)
  if (last?.number === number) return last
  let low = 0
  let high = chunks.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((chunks[middle]?.number ?? 0) < number) low = middle + 1
    else high = middle
  }
  const found = chunks[low]
  if (found?.number === number) return found
  const chunk: Chunk = { owner, number, parts: owner.group.folders.map(() => NO_TILES), dirty: false }
  chunks.splice(low, 0, chunk)
  return chunk
}
