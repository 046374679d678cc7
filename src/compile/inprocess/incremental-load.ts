import type { ViewPlan } from '../plan.ts'
import { type ChunkContent, writeChunk } from './incremental-codec.ts'
import type { OwnerGroup } from './incremental-owners.ts'
import { ENTRY, type Part } from './incremental-parts.ts'
import { VarintWriter } from './varint.ts'

/**
 * Finished tiles of one view as columns of equal length, ordered by owner and then by time. A sequence has one row
 * an entry, those of one tile one after the other, oldest first.
 */
export type TileColumns = {
  readonly length: number
  /** Number of the owner, ascending as the owners do. */
  readonly owners: ArrayLike<number>
  /** Start of the tile, epoch ms. */
  readonly starts: ArrayLike<number>
  /** Numbers of the words of key[1], key[2], ... */
  readonly words: readonly ArrayLike<number>[]
  /** Rows of the tile and its measures, NaN for null; of a sequence the `ENTRY` numbers of an entry. */
  readonly values: readonly ArrayLike<number>[]
}

/** How many tiles they are. */
export function tileCount(plan: ViewPlan, columns: TileColumns): number {
  if (plan.viewKind !== 'sequence') return columns.length
  let count = 0
  for (let row = 0; row < columns.length; row += 1) {
    if (row === 0 || !isSameTile(columns, row - 1, row)) count += 1
  }
  return count
}

function isSameTile({ owners, starts, words }: TileColumns, a: number, b: number): boolean {
  return (
    owners[a] === owners[b] && starts[a] === starts[b] && words.every((column) => column[a] === column[b])
  )
}

/** A chunk as `writeChunk` writes it. */
export type EncodedChunk = { readonly owner: number; readonly number: number; readonly bytes: Uint8Array }

/**
 * Merges finished tiles of all views of a group (one entry of `views` each) into encoded chunks, in order of owner
 * and time, without an engine.
 */
export function* encodeChunks(group: OwnerGroup, views: readonly TileColumns[]): Generator<EncodedChunk> {
  const sources = group.folders.map((folder, index) => {
    const columns = views[index]
    if (columns === undefined) throw new Error(`bug: no tiles of view '${folder.plan.view.name}'`)
    return folder.plan.viewKind === 'sequence'
      ? new SequenceSource(columns, group.chunkMs, folder.plan)
      : new TileSource(columns, group.chunkMs, folder.plan)
  })
  const writer = new VarintWriter()
  const parts = sources.map((): Part => [])
  for (;;) {
    const [owner, number] = firstOf(sources)
    if (owner === Infinity) return
    for (let index = 0; index < sources.length; index += 1) {
      const part = parts[index]
      if (part === undefined) continue
      part.length = 0
      sources[index]?.take(owner, number, part)
    }
    const content: ChunkContent = { group, number, parts }
    writeChunk(content, writer)
    yield { owner, number, bytes: writer.take() }
  }
}

/** Owner and number of the next chunk; Infinity if there is none. */
function firstOf(sources: readonly TileSource[]): readonly [owner: number, number: number] {
  let [owner, number] = [Infinity, Infinity]
  for (const source of sources) {
    if (source.owner < owner || (source.owner === owner && source.number < number)) {
      owner = source.owner
      number = source.number
    }
  }
  return [owner, number]
}

type Sizes = { readonly tileMs: number }

/** Tiles of one view, taken chunk by chunk. */
class TileSource {
  protected readonly columns: TileColumns
  protected readonly tileMs: number
  protected at = 0
  /** Of the next chunk; Infinity at the end. */
  owner = Infinity
  number = Infinity
  readonly #chunkMs: number

  constructor(columns: TileColumns, chunkMs: number, { tileMs }: Sizes) {
    this.columns = columns
    this.#chunkMs = chunkMs
    this.tileMs = tileMs
    this.look()
  }

  /** Adds the chunk's tiles to the part, if it is the next one. */
  take(owner: number, number: number, part: Part): void {
    while (this.owner === owner && this.number === number) {
      this.takeTile(part)
      this.look()
    }
  }

  protected takeTile(part: Part): void {
    const { at } = this
    part.push((this.columns.starts[at] ?? 0) / this.tileMs)
    for (const words of this.columns.words) part.push(words[at] ?? 0)
    for (const values of this.columns.values) part.push(values[at] ?? Number.NaN)
    this.at += 1
  }

  protected look(): void {
    const { at, columns } = this
    if (at >= columns.length) {
      this.owner = Infinity
      this.number = Infinity
      return
    }
    this.owner = columns.owners[at] ?? 0
    this.number = Math.floor((columns.starts[at] ?? 0) / this.#chunkMs)
  }
}

class SequenceSource extends TileSource {
  readonly #limit: number

  constructor(columns: TileColumns, chunkMs: number, plan: ViewPlan) {
    super(columns, chunkMs, plan)
    const measure = plan.measures[0]?.measure
    if (measure?.kind !== 'latest') throw new Error(`bug: sequence view '${plan.view.name}' without latest`)
    this.#limit = measure.limit
  }

  protected override takeTile(part: Part): void {
    const from = this.at
    const { starts, words, values } = this.columns
    while (this.at < this.columns.length && isSameTile(this.columns, from, this.at)) this.at += 1
    const count = Math.min(this.#limit, this.at - from)
    // Rows of the stream are counted by the other views; here a tile has at least one.
    part.push((starts[from] ?? 0) / this.tileMs)
    for (const column of words) part.push(column[from] ?? 0)
    part.push(1, count)
    for (let entry = this.at - 1; entry >= this.at - count; entry -= 1) {
      for (let field = 0; field < ENTRY; field += 1) part.push(values[field]?.[entry] ?? 0)
    }
  }
}
