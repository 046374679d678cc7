import type { ChunkSource } from '../../compile/inprocess/incremental-pages.ts'
import type { StateStore } from './state-store.ts'

/**
 * The chunks of a store, for the engine to take in. Most owners that come are new: which ones the store may have is
 * known here, so that it is not asked for the others.
 */
export class StoredChunks implements ChunkSource {
  readonly #store: StateStore
  readonly #known = new Map<number, TextSet>()
  #isOpen = false

  constructor(store: StateStore) {
    this.#store = store
  }

  /** From now on the store is asked: what it holds was made by the same definitions. */
  open(groups: readonly number[]): void {
    this.#isOpen = true
    for (const group of groups) for (const owner of this.#store.owners(group)) this.note(group, owner)
  }

  /** Notes that the store has, or is about to have, a chunk of the owner. */
  note(group: number, owner: string): void {
    let known = this.#known.get(group)
    if (known === undefined) {
      known = new TextSet()
      this.#known.set(group, known)
    }
    known.add(owner)
  }

  chunk = (group: number, owner: string, number: number): Uint8Array | undefined =>
    this.#mayHave(group, owner) ? this.#store.chunk({ group, owner, number }) : undefined

  ownerChunks = (group: number, owner: string): ReturnType<StateStore['ownerChunks']> =>
    this.#mayHave(group, owner) ? this.#store.ownerChunks(group, owner) : []

  owners = (group: number): Iterable<string> => (this.#isOpen ? this.#store.owners(group) : [])

  #mayHave(group: number, owner: string): boolean {
    return this.#isOpen && (this.#known.get(group)?.mayHave(owner) ?? false)
  }
}

const FIRST_CAPACITY = 1024
const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/**
 * 32-bit FNV-1a hashes of texts in open addressing, at most half full: about 16 bytes a text. Two texts of one hash
 * are taken for one another.
 */
export class TextSet {
  #slots = new Uint32Array(FIRST_CAPACITY)
  #size = 0

  add(text: string): void {
    if (this.#size * 2 >= this.#slots.length) this.#double()
    this.#put(hashOf(text))
  }

  mayHave(text: string): boolean {
    const hash = hashOf(text)
    const mask = this.#slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot] ?? 0
      if (found === 0) return false
      if (found === hash) return true
    }
  }

  #put(hash: number): void {
    const mask = this.#slots.length - 1
    let slot = hash & mask
    while (this.#slots[slot] !== 0 && this.#slots[slot] !== hash) slot = (slot + 1) & mask
    if (this.#slots[slot] === 0) this.#size += 1
    this.#slots[slot] = hash
  }

  #double(): void {
    const before = this.#slots
    this.#slots = new Uint32Array(before.length * 2)
    this.#size = 0
    for (const hash of before) if (hash !== 0) this.#put(hash)
  }
}

/** Never 0, which marks a free slot. */
function hashOf(text: string): number {
  let hash = FNV_OFFSET
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME)
  return hash >>> 0 || 1
}
