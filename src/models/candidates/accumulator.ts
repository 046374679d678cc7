/**
 * Sums by item number in one dense array that is used again and again: adding and reading cost the same for any
 * number of products, clearing costs what was touched.
 */
export class Accumulator {
  #sums = new Float64Array(1024)
  #isTouched = new Uint8Array(1024)
  #touched: number[] = []

  add(item: number, value: number): void {
    if (item >= this.#sums.length) this.#grow(item)
    if (this.#isTouched[item] === 0) {
      this.#isTouched[item] = 1
      this.#touched.push(item)
    }
    this.#sums[item] = (this.#sums[item] ?? 0) + value
  }

  get(item: number): number {
    return this.#sums[item] ?? 0
  }

  set(item: number, value: number): void {
    this.add(item, value - this.get(item))
  }

  /** Items that were added to since the last `clear`, each once. */
  get items(): readonly number[] {
    return this.#touched
  }

  greatest(): number {
    let greatest = 0
    for (const item of this.#touched) greatest = Math.max(greatest, this.#sums[item] ?? 0)
    return greatest
  }

  clear(): void {
    for (const item of this.#touched) {
      this.#sums[item] = 0
      this.#isTouched[item] = 0
    }
    this.#touched = []
  }

  #grow(item: number): void {
    const length = Math.max(item + 1, 2 * this.#sums.length)
    const sums = new Float64Array(length)
    sums.set(this.#sums)
    this.#sums = sums
    const isTouched = new Uint8Array(length)
    isTouched.set(this.#isTouched)
    this.#isTouched = isTouched
  }
}
