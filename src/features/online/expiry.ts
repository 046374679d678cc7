import type { OwnerGroup } from '../../compile/inprocess/incremental-owners.ts'
import { keptFrom } from '../../compile/retention.ts'
import type { ChunkKey, StateStore } from './state-store.ts'

/** Keys that one step looks at: a checkpoint takes a step, and blocks for as long. */
const KEYS_A_STEP = 1000

/**
 * Finds chunks in a store of which no view keeps a tile, a few keys at a time. No read sees them, so it does not
 * matter when they go. A round through all keys begins when another chunk of time has passed out of what is kept.
 */
export class Expiry {
  readonly #store: StateStore
  readonly #groups: readonly OwnerGroup[]
  /** By group: chunks below this number have gone, or go in the round that is under way. */
  #below: readonly number[]
  #cursor: ChunkKey | null = null
  #isUnderWay = false

  constructor(store: StateStore, groups: readonly OwnerGroup[]) {
    this.#store = store
    this.#groups = groups
    this.#below = groups.map(() => 0)
  }

  /** Keys of chunks to remove. @param newestAt instant of the newest event, epoch ms */
  step(newestAt: number): readonly ChunkKey[] {
    if (!this.#isUnderWay) {
      const below = this.#groups.map((group) => firstKept(group, newestAt))
      if (below.every((number, index) => number <= (this.#below[index] ?? 0))) return []
      this.#below = below
      this.#isUnderWay = true
    }
    const keys = this.#store.keysAfter(this.#cursor, KEYS_A_STEP)
    this.#isUnderWay = keys.length === KEYS_A_STEP
    this.#cursor = this.#isUnderWay ? (keys.at(-1) ?? null) : null
    return keys.filter(({ group, number }) => number < (this.#below[group] ?? 0))
  }
}

/** Number of the first chunk of a group in which some view keeps a tile. */
export function firstKept({ folders, chunkMs }: OwnerGroup, newestAt: number): number {
  return Math.floor(Math.min(...folders.map(({ plan }) => keptFrom(plan, newestAt))) / chunkMs)
}
