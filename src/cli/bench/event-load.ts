import { ingestBodies } from './ingest-events.ts'
import type { ServedShop } from './served-shop.ts'

/** Bodies a second. */
const BODIES_PER_S = 50
const MADE_AHEAD_S = 10

/** Posts events at a fixed rate, each body when it is due and not when the one before was answered. */
export class EventLoad {
  readonly #shop: ServedShop
  readonly #perBody: number
  readonly #startedAt = performance.now()
  readonly #timer: NodeJS.Timeout
  readonly #pending = new Set<Promise<void>>()
  #bodies: object[][] = []
  #seed = 0
  #sent = 0
  #accepted = 0
  #failure: unknown

  constructor(shop: ServedShop, eventsPerS: number) {
    this.#shop = shop
    this.#perBody = Math.max(1, Math.round(eventsPerS / BODIES_PER_S))
    this.#makeBodies()
    this.#timer = setInterval(() => this.#sendDue(), 1000 / BODIES_PER_S)
  }

  /** Ends it. @returns events a second that were accepted; throws what a body failed with */
  async stop(): Promise<number> {
    clearInterval(this.#timer)
    await Promise.all(this.#pending)
    if (this.#failure !== undefined) throw this.#failure
    return (this.#accepted / (performance.now() - this.#startedAt)) * 1000
  }

  #sendDue(): void {
    const due = Math.floor(((performance.now() - this.#startedAt) / 1000) * BODIES_PER_S)
    for (; this.#sent < due; this.#sent += 1) {
      if (this.#bodies.length === 0) this.#makeBodies()
      const sending: Promise<void> = this.#send(this.#bodies.pop() ?? [])
        .catch((error: unknown) => {
          this.#failure ??= error
        })
        .finally(() => this.#pending.delete(sending))
      this.#pending.add(sending)
    }
  }

  async #send(events: readonly object[]): Promise<void> {
    const { accepted } = await this.#shop.post<{ readonly accepted: number }>('/v1/events', events)
    this.#accepted += accepted
  }

  #makeBodies(): void {
    this.#seed += 1
    const { bodies } = ingestBodies({
      seed: this.#seed,
      events: this.#perBody * BODIES_PER_S * MADE_AHEAD_S,
      perBody: this.#perBody,
      shoppers: 20_000,
      products: 2000,
      now: Date.now(),
      duplicateShare: 0,
      faultyShare: 0,
    })
    this.#bodies = bodies.map((body) => JSON.parse(body.toString()))
  }
}
