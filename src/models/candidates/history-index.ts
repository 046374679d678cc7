/** Items that somebody chose together: a visit, or a basket. */
export type HistoryEntry = {
  /** Names it: `c:ann 20000`. */
  readonly key: string
  /** Whose it is. */
  readonly owner: string
  /** Instant of the last of its items, epoch ms. */
  readonly at: number
  /** Distinct, oldest first. */
  readonly items: Int32Array
}

/** Entries of an item that are looked through: the newest. */
const LOOKED_THROUGH = 500

/**
 * Recent visits or baskets in memory, and for each item those that hold it. An owner's entries are replaced as a
 * whole; of the oldest owners' entries those beyond the capacity are forgotten.
 */
export class HistoryIndex {
  readonly #capacity: number
  readonly #byOwner = new Map<string, readonly HistoryEntry[]>()
  /** Newest last, in the order in which they came. */
  readonly #byItem = new Map<number, HistoryEntry[]>()
  #size = 0
  #newestAt = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Entries before an instant. */
  size(asOf: number): number {
    if (asOf > this.#newestAt) return this.#size
    let size = 0
    for (const entries of this.#byOwner.values()) size += countBefore(entries, asOf)
    return size
  }

  /** Entries before an instant that hold the item. */
  countOf(item: number, asOf: number): number {
    const entries = this.#byItem.get(item) ?? []
    return asOf > this.#newestAt ? entries.length : countBefore(entries, asOf)
  }

  /** Puts these in place of all that the owner had. */
  replace(owner: string, entries: readonly HistoryEntry[]): void {
    this.#forget(owner)
    if (entries.length === 0) return
    this.#byOwner.set(owner, entries)
    this.#size += entries.length
    for (const entry of entries) {
      this.#newestAt = Math.max(this.#newestAt, entry.at)
      for (const item of entry.items) {
        const own = this.#byItem.get(item)
        if (own === undefined) this.#byItem.set(item, [entry])
        else own.push(entry)
      }
    }
    for (const oldest of this.#byOwner.keys()) {
      if (this.#size <= this.#capacity || oldest === owner) return
      this.#forget(oldest)
    }
  }

  /** Calls back with the newest entries before `asOf` that hold the item, but for those of one owner. */
  eachWith(
    item: number,
    { asOf, not }: { readonly asOf: number; readonly not: string | null },
    visit: (entry: HistoryEntry) => void,
  ): void {
    const entries = this.#byItem.get(item) ?? []
    const oldest = Math.max(0, entries.length - LOOKED_THROUGH)
    for (let place = entries.length - 1; place >= oldest; place -= 1) {
      const entry = entries[place]
      if (entry !== undefined && entry.at < asOf && entry.owner !== not) visit(entry)
    }
  }

  #forget(owner: string): void {
    for (const entry of this.#byOwner.get(owner) ?? []) {
      this.#size -= 1
      for (const item of entry.items) {
        const own = this.#byItem.get(item)
        const place = own?.lastIndexOf(entry) ?? -1
        if (place >= 0) own?.splice(place, 1)
        if (own?.length === 0) this.#byItem.delete(item)
      }
    }
    this.#byOwner.delete(owner)
  }
}

const countBefore = (entries: readonly HistoryEntry[], asOf: number): number =>
  entries.reduce((count, { at }) => (at < asOf ? count + 1 : count), 0)
