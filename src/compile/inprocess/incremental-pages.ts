import { EndcapError } from '../../core/errors.ts'
import type { Paging } from './incremental.ts'
import { readChunk } from './incremental-codec.ts'
import {
  addChunk,
  type Chunk,
  findChunk,
  newOwner,
  type Owner,
  type OwnerGroup,
  sizeOf,
} from './incremental-owners.ts'
import { VarintReader } from './varint.ts'

/** Where chunks lie that are not in memory, as `writeChunk` wrote them. Groups are told by their index. */
export type ChunkSource = {
  readonly chunk: (group: number, owner: string, number: number) => Uint8Array | undefined
  readonly ownerChunks: (
    group: number,
    owner: string,
  ) => Iterable<{ readonly number: number; readonly bytes: Uint8Array }>
  /** Each owner once. */
  readonly owners: (group: number) => Iterable<string>
}

const SLOT_BYTES = 8
/** Share of the bound that is kept when it has been passed. */
const KEPT = 0.9
/** How much more is let in before it is tried again, where too much had to stay. */
const LENIENCE = 1.1

/**
 * Takes owners of paged groups in from the source of chunks when they are asked for: the one chunk that is written
 * to, or all chunks of one that is read. Those that were not asked for lately are let go when too much is held,
 * unless a chunk of theirs is not in the source yet.
 */
export class OwnerPages {
  readonly #groups: readonly OwnerGroup[]
  readonly #source: ChunkSource | undefined
  readonly #maxSlots: number
  #held = 0
  /** Where the last look for owners to let go ended. */
  #hand: Iterator<Owner> | undefined
  #handGroup = -1
  #tryAt: number

  constructor(groups: readonly OwnerGroup[], paging: Paging | undefined) {
    this.#groups = groups.filter(({ isPaged }) => isPaged)
    this.#source = paging?.source
    this.#maxSlots = (paging?.maxBytes ?? Infinity) / SLOT_BYTES
    this.#tryAt = this.#maxSlots
  }

  /** The chunk to write to, made if there is none. */
  reach(group: OwnerGroup, ownerId: string, number: number): Chunk {
    this.#makeRoom()
    let owner = group.owners.get(ownerId)
    if (owner === undefined) {
      owner = newOwner(group, ownerId)
      group.owners.set(ownerId, owner)
    }
    owner.isUsed = true
    const here = findChunk(owner, number)
    if (here !== undefined) return here
    const bytes = owner.isWhole ? undefined : this.#source?.chunk(group.index, ownerId, number)
    return this.#taken(owner, number, bytes)
  }

  /** The owner with all of their chunks; undefined if there are none. */
  whole(group: OwnerGroup, ownerId: string): Owner | undefined {
    const here = group.owners.get(ownerId)
    if (here?.isWhole === true) {
      here.isUsed = true
      return here
    }
    if (!group.isPaged) return undefined
    this.#makeRoom()
    const owner = group.owners.get(ownerId) ?? newOwner(group, ownerId)
    for (const { number, bytes } of this.#source?.ownerChunks(group.index, ownerId) ?? []) {
      if (findChunk(owner, number) === undefined) this.#taken(owner, number, bytes)
    }
    if (owner.chunks.length === 0) return undefined
    owner.isWhole = true
    owner.isUsed = true
    group.owners.set(ownerId, owner)
    return owner
  }

  *owners(group: OwnerGroup): Generator<string> {
    const here = [...group.owners.keys()]
    yield* here
    if (!group.isPaged || this.#source === undefined) return
    const known = new Set(here)
    for (const owner of this.#source.owners(group.index)) if (!known.has(owner)) yield owner
  }

  /** Notes that a part of a chunk of the group has so many numbers more. */
  grew(group: OwnerGroup, slots: number): void {
    if (group.isPaged) this.#held += slots
  }

  /** Lets go of a chunk that is here. */
  drop(chunk: Chunk): void {
    const { owner } = chunk
    owner.chunks.splice(owner.chunks.indexOf(chunk), 1)
    this.grew(owner.group, -sizeOf(chunk))
    if (owner.chunks.length === 0 && !owner.changed) owner.group.owners.delete(owner.id)
  }

  /** @throws EndcapError CORRUPT */
  fill(chunk: Chunk, bytes: Uint8Array): void {
    const { group } = chunk.owner
    const before = sizeOf(chunk)
    try {
      readChunk(chunk, new VarintReader(bytes))
    } catch (cause) {
      throw new EndcapError('CORRUPT', 'cannot be read', { place: `state of '${group.name}'`, cause })
    }
    this.grew(group, sizeOf(chunk) - before)
  }

  #taken(owner: Owner, number: number, bytes: Uint8Array | undefined): Chunk {
    const chunk = addChunk(owner, number)
    this.grew(owner.group, sizeOf(chunk))
    if (bytes !== undefined) this.fill(chunk, bytes)
    return chunk
  }

  /**
   * Each owner has a second chance: it is let go when it was not asked for since it was last looked at. The next look
   * goes on where this one ended, so that what is held is not walked through each time.
   */
  #makeRoom(): void {
    if (this.#held <= this.#tryAt) return
    const target = this.#maxSlots * KEPT
    const count = this.#groups.reduce((sum, { owners }) => sum + owners.size, 0)
    for (let looks = 2 * count; looks > 0 && this.#held > target; looks -= 1) {
      const owner = this.#nextOwner()
      if (owner === undefined) break
      if (owner.isUsed) owner.isUsed = false
      else if (isStored(owner)) this.#letGo(owner)
    }
    this.#tryAt = Math.max(this.#maxSlots, this.#held * LENIENCE)
  }

  /** All owners of all groups, round and round; undefined where there is none. */
  #nextOwner(): Owner | undefined {
    for (let passes = 0; passes <= this.#groups.length; passes += 1) {
      const next = this.#hand?.next()
      if (next?.done === false) return next.value
      this.#handGroup = (this.#handGroup + 1) % Math.max(1, this.#groups.length)
      this.#hand = this.#groups[this.#handGroup]?.owners.values()
    }
    return undefined
  }

  #letGo(owner: Owner): void {
    owner.group.owners.delete(owner.id)
    for (const chunk of owner.chunks) this.#held -= sizeOf(chunk)
  }
}

const isStored = (owner: Owner): boolean =>
  !owner.changed && owner.chunks.every(({ dirty, isSaving }) => !dirty && !isSaving)
