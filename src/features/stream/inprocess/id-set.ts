const SHARDS = 64
const FIRST_CAPACITY = 1024

/** 64-bit hashes in open addressing over two Uint32Array, 8 bytes a slot, at most half full. */
class HashTable {
  #low = new Uint32Array(FIRST_CAPACITY)
  #high = new Uint32Array(FIRST_CAPACITY)
  size = 0

  has(low: number, high: number): boolean {
    return this.#high[this.#slotOf(low, high)] !== 0
  }

  /** @param high never 0 */
  add(low: number, high: number): void {
    if (this.size * 2 >= this.#low.length) this.#double()
    const slot = this.#slotOf(low, high)
    if (this.#high[slot] === 0) this.size += 1
    this.#low[slot] = low
    this.#high[slot] = high
  }

  /** Slot of the hash, or the free one where it would go. */
  #slotOf(low: number, high: number): number {
    const mask = this.#low.length - 1
    let slot = low & mask
    while (this.#high[slot] !== 0 && !(this.#low[slot] === low && this.#high[slot] === high)) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  #double(): void {
    const [low, high] = [this.#low, this.#high]
    this.#low = new Uint32Array(low.length * 2)
    this.#high = new Uint32Array(low.length * 2)
    for (let slot = 0; slot < low.length; slot += 1) {
      const top = high[slot] ?? 0
      if (top === 0) continue
      const free = this.#slotOf(low[slot] ?? 0, top)
      this.#low[free] = low[slot] ?? 0
      this.#high[free] = top
    }
  }
}

/** A set in shards, so that growing one never stops the world for long. */
class HashSet64 {
  readonly #shards = Array.from({ length: SHARDS }, () => new HashTable())

  get size(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.size, 0)
  }

  has = (low: number, high: number): boolean => this.#shards[high >>> 26]?.has(low, high) ?? false
  add = (low: number, high: number): void => this.#shards[high >>> 26]?.add(low, high)
}

/**
 * Hashes of ids that were seen during at least the last `spanMs`, and at most twice that: two generations, of
 * which the older one is dropped as a whole.
 */
export class IdSet {
  #spanMs: number
  readonly #scratch = new BigUint64Array(1)
  readonly #halves = new Uint32Array(this.#scratch.buffer)
  #young = new HashSet64()
  #old = new HashSet64()
  #youngSince: number

  constructor(spanMs: number, now: number) {
    this.#spanMs = spanMs
    this.#youngSince = now
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  /** Adds the hash. @returns false if it was there */
  add(hash: bigint): boolean {
    this.#scratch[0] = hash
    const low = this.#halves[0] ?? 0
    // 0 marks a free slot.
    const high = this.#halves[1] || 1
    if (this.#young.has(low, high) || this.#old.has(low, high)) return false
    this.#young.add(low, high)
    return true
  }

  /** From now on nothing is dropped. */
  keepAll(): void {
    this.#spanMs = Infinity
  }

  /** Drops what is too old at `now` (epoch ms). */
  expire(now: number): void {
    if (now - this.#youngSince <= this.#spanMs) return
    this.#old = this.#young
    this.#young = new HashSet64()
    this.#youngSince = now
  }
}
