import type { Stream } from '../../algebra/stream.ts'
import { DAY_MS } from '../../core/duration.ts'
import type { ViewPlan } from '../plan.ts'
import { NO_TILES, type Part, type PartFolder, partFolder } from './incremental-parts.ts'
import type { Words } from './words.ts'

/** One owner's tiles of all views of its group, in one chunk of event time. */
export type Chunk = {
  readonly owner: Owner
  /** The chunk covers `[number x chunkMs, (number + 1) x chunkMs)`. */
  readonly number: number
  /** One part a view of the group, in its order; `NO_TILES` until it has one, which is never written to. */
  readonly parts: Part[]
  /** Whether it changed since `takeDirty`. */
  dirty: boolean
  /** Whether it was taken by `takeDirty` and is not known to be stored yet. */
  isSaving: boolean
}

/** One value of a group's first key column, with its chunks in order of time. */
export type Owner = {
  readonly id: string
  readonly group: OwnerGroup
  chunks: Chunk[]
  /** Whether all of its chunks are here; else some may lie in the source of chunks alone. */
  isWhole: boolean
  /** Whether it was asked for since it was last looked at for eviction. */
  isUsed: boolean
  /** Whether it changed since `takeChanged`. */
  changed: boolean
  /** Whether the source of chunks was told that it has, or is about to have, a chunk of it. */
  isNoted: boolean
  /** Rows of the chunks that are here; of a whole owner an upper bound for each of its keys. */
  rows: number
}

/** Views of one stream that share their first key column: what belongs to one owner lies together. */
export type OwnerGroup = {
  /** `interactions.shopper`. */
  readonly name: string
  /** Its place among the engine's groups. */
  readonly index: number
  /** Whether owners are taken from a source of chunks when they are asked for, and may be let go again. */
  readonly isPaged: boolean
  readonly stream: Stream
  readonly column: string
  readonly folders: readonly PartFolder[]
  /** The parts of an empty chunk. */
  readonly noTiles: readonly Part[]
  /** A day where a tile is shorter than that, else a week: keeps what one event dirties below 1 KB. */
  readonly chunkMs: number
  /** Those in memory. */
  readonly owners: Map<string, Owner>
}

const WEEK_MS = 7 * DAY_MS

/** @param isPaged of a group's first key column */
export function groupsOf(
  plans: readonly ViewPlan[],
  words: Words,
  isPaged: (column: string) => boolean,
): OwnerGroup[] {
  const groups = Map.groupBy(plans, ({ view }) => `${view.from.name}.${view.key[0]}`)
  return [...groups].map(([name, members], index) => {
    const [first] = members
    if (first === undefined) throw new Error('bug: empty group')
    return {
      name,
      index,
      isPaged: isPaged(first.view.key[0]),
      stream: first.view.from,
      column: first.view.key[0],
      folders: members.map((plan) => partFolder(plan, words)),
      noTiles: members.map(() => NO_TILES),
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

export const newOwner = (group: OwnerGroup, id: string): Owner => ({
  id,
  group,
  chunks: [],
  isWhole: !group.isPaged,
  isUsed: true,
  changed: false,
  isNoted: false,
  rows: 0,
})

/** The chunk by number, if it is here. */
export function findChunk(owner: Owner, number: number): Chunk | undefined {
  const found = owner.chunks[placeOf(owner, number)]
  return found?.number === number ? found : undefined
}

/** A chunk that is not here yet, empty. */
export function addChunk(owner: Owner, number: number): Chunk {
  const parts = owner.group.noTiles.slice()
  const chunk: Chunk = { owner, number, parts, dirty: false, isSaving: false }
  // Most owners never have a second one: an array of just one takes a tenth of one that grew.
  if (owner.chunks.length === 0) owner.chunks = [chunk]
  else owner.chunks.splice(placeOf(owner, number), 0, chunk)
  return chunk
}

/** Numbers that a chunk takes in memory, about, 8 bytes each: its tiles and what holds them. */
export function sizeOf(chunk: Chunk): number {
  let size = CHUNK_SIZE + chunk.parts.length
  for (const part of chunk.parts) size += sizeOfPart(part.length)
  return size
}

/** What a part of so many numbers adds to the size of its chunk. */
export const sizeOfPart = (length: number): number => (length === 0 ? 0 : PART_SIZE + length)

const CHUNK_SIZE = 16
const PART_SIZE = 5

/** Place of the first chunk at or after the number: usually the last one, else found by halving. */
function placeOf({ chunks }: Owner, number: number): number {
  if (chunks.at(-1)?.number === number) return chunks.length - 1
  let low = 0
  let high = chunks.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((chunks[middle]?.number ?? 0) < number) low = middle + 1
    else high = middle
  }
  return low
}
