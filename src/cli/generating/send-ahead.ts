/** When a batch is sent. */
export type BatchLimits = {
  readonly items: number
  /** In whatever `size` counts. */
  readonly size: number
}

/**
 * Gathers items into batches and sends them in order, one at a time, while the next one is gathered. A batch that is
 * full waits for the one before: whoever adds waits with it, so that no more than two batches are held.
 */
export class SendAhead<T> {
  readonly #limits: BatchLimits
  readonly #send: (batch: readonly T[]) => Promise<void>
  #batch: T[] = []
  #size = 0
  #sending: Promise<void> = Promise.resolve()

  constructor(limits: BatchLimits, send: (batch: readonly T[]) => Promise<void>) {
    this.#limits = limits
    this.#send = send
  }

  /** @returns a promise where the next item must wait; it rejects with what an earlier batch failed with */
  add(item: T, size: number): Promise<void> | undefined {
    this.#batch.push(item)
    this.#size += size
    const isFull = this.#batch.length >= this.#limits.items || this.#size >= this.#limits.size
    return isFull ? this.#flush() : undefined
  }

  /** Sends what is left. @throws what a batch failed with */
  async finish(): Promise<void> {
    await this.#flush()
    await this.#sending
  }

  async #flush(): Promise<void> {
    const batch = this.#batch
    this.#batch = []
    this.#size = 0
    await this.#sending
    if (batch.length === 0) return
    this.#sending = this.#send(batch)
    // Whoever waits next hears of it; until then it is not unhandled.
    this.#sending.catch(() => {})
  }
}
