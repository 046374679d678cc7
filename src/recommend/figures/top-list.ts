import { bestItems, type TieOrder } from '../../models/candidates/best-items.ts'

/** Kept; what is asked for is less. */
const KEPT = 512

/**
 * The items of the greatest weight, kept while weights change one by one: sorted when read, made anew from all
 * items only when an item outside may have overtaken what is asked for.
 */
export class TopList {
  readonly #weightOf: (item: number) => number
  readonly #compare: TieOrder
  #items: number[] = []
  #members = new Set<number>()
  /** No item outside weighs more. */
  #outside = Number.POSITIVE_INFINITY
  #isSorted = true

  constructor(weightOf: (item: number) => number, compare: TieOrder) {
    this.#weightOf = weightOf
    this.#compare = compare
  }

  /** Says that the weight of an item is another now. */
  changed(item: number): void {
    if (this.#outside === Number.POSITIVE_INFINITY) return
    this.#isSorted = false
    if (this.#members.has(item)) return
    const weight = this.#weightOf(item)
    if (weight <= 0) return
    if (weight < this.#outside) return
    this.#members.add(item)
    this.#items.push(item)
  }

  /** Says that any of the weights may be less now, none more. */
  mayHaveFallen(): void {
    this.#isSorted = false
  }

  /** Best first; weights above 0 alone. At most `KEPT`. */
  top(limit: number, all: () => Iterable<number>): readonly number[] {
    if (!this.#isSorted) this.#sort()
    const last = this.#items[Math.min(limit, KEPT) - 1]
    const least = last === undefined ? 0 : this.#weightOf(last)
    if (least < this.#outside) this.#rebuild(all())
    return this.#items.slice(0, limit)
  }

  #sort(): void {
    this.#isSorted = true
    this.#keep(bestItems(this.#items, this.#items.length, this.#weightOf, this.#compare), this.#outside)
  }

  #rebuild(all: Iterable<number>): void {
    this.#isSorted = true
    this.#keep(bestItems(all, KEPT + 1, this.#weightOf, this.#compare), 0)
  }

  #keep(best: readonly number[], outside: number): void {
    const first = best[KEPT]
    this.#items = best.slice(0, KEPT)
    this.#members = new Set(this.#items)
    this.#outside = Math.max(outside, first === undefined ? 0 : this.#weightOf(first))
  }
}
