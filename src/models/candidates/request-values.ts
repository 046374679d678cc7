/** Values by item number that hold until `clear`, which costs nothing: in memory that is used again. */
export class RequestValues {
  #values = new Float64Array(1024)
  /** Of the request in which the value was set. */
  #turns = new Uint32Array(1024)
  #turn = 1

  has(item: number): boolean {
    return this.#turns[item] === this.#turn
  }

  /** Of an item that it has. */
  get(item: number): number {
    return this.#values[item] ?? 0
  }

  set(item: number, value: number): void {
    if (item >= this.#values.length) this.#grow(item)
    this.#values[item] = value
    this.#turns[item] = this.#turn
  }

  clear(): void {
    this.#turn += 1
    if (this.#turn < MOST_TURNS) return
    this.#turns.fill(0)
    this.#turn = 1
  }

  #grow(item: number): void {
    const length = Math.max(item + 1, 2 * this.#values.length)
    const values = new Float64Array(length)
    values.set(this.#values)
    this.#values = values
    const turns = new Uint32Array(length)
    turns.set(this.#turns)
    this.#turns = turns
  }
}

const MOST_TURNS = 2 ** 32 - 1
