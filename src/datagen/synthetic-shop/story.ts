import { DAY_MS, floorTo, HOUR_MS, SECOND_MS } from '../../core/duration.ts'
import { type Random, seededRandom } from '../../core/random.ts'
import { Agenda } from './agenda.ts'
import { AislesOfDay } from './aisles.ts'
import { botVisit } from './bots.ts'
import { type Cast, shopOf } from './cast.ts'
import type { GeneratedEvent } from './generated-event.ts'
import { HourQueue } from './hour-queue.ts'
import { type ShopOptions, startOf } from './shop-options.ts'
import { type Shop, visit } from './visit.ts'
import { type Arrival, VisitorsOfDay } from './visitors-of-day.ts'

const DUPLICATE_CHANCE = 0.004
/** Visits of which the clicks come late: from a phone that was offline. */
const LATE_CHANCE = 0.01
const LATEST_HOURS = 30

/**
 * Everything that happens, in log order, an hour at a time: held are the visits of the hour, what lies ahead of them
 * (returns, late clicks) and what shoppers carry from visit to visit.
 */
export function* story(options: ShopOptions, cast: Cast): Generator<GeneratedEvent> {
  const startAt = startOf(options)
  const hours = new Hours(options, cast)
  yield* hours.agenda.start()
  for (let hour = floorTo(startAt, HOUR_MS); hour < options.endAt; hour += HOUR_MS) {
    for (const event of hours.happen(hour)) {
      if (event.loggedAt >= startAt && event.loggedAt < options.endAt) yield event
    }
  }
}

/** Goes through the hours, with what carries over from one to the next. */
class Hours {
  readonly agenda: Agenda
  readonly #options: ShopOptions
  readonly #cast: Cast
  readonly #shop: Shop
  readonly #random: Random
  readonly #visitors: VisitorsOfDay
  readonly #queue = new HourQueue()
  #arrivals: readonly Arrival[] = []
  #nextArrival = 0
  #today: AislesOfDay | undefined
  #sessions = 0

  constructor(options: ShopOptions, cast: Cast) {
    this.agenda = new Agenda(options, cast)
    this.#options = options
    this.#cast = cast
    this.#shop = shopOf(options, cast)
    this.#random = seededRandom(`synthetic-shop/${options.seed}/story`)
    this.#visitors = new VisitorsOfDay(options.customers, cast.crowd)
  }

  /** @returns what is logged in the hour, by instant */
  happen(hour: number): readonly GeneratedEvent[] {
    if (this.#today === undefined || hour % DAY_MS === 0) this.#beginDay(floorTo(hour, DAY_MS))
    for (const value of this.#shop.stock.hour(hour)) {
      this.#queue.push({ topic: 'inventory', loggedAt: value.updated_at, value })
    }
    for (const event of this.agenda.hour(hour, this.#shop.stock)) this.#queue.push(event)
    for (;;) {
      const arrival = this.#arrivals[this.#nextArrival]
      if (arrival === undefined || arrival.at >= hour + HOUR_MS) break
      this.#nextArrival += 1
      if (arrival.at >= startOf(this.#options) && arrival.at < this.#options.endAt) this.#arrive(arrival)
    }
    return this.#queue.take(hour)
  }

  #beginDay(day: number): void {
    this.#today = new AislesOfDay(this.#cast.aisles, day)
    this.#arrivals = this.#visitors.of(day, this.#random)
    this.#nextArrival = 0
  }

  #arrive({ at, visitor }: Arrival): void {
    this.#sessions += 1
    const name = String(this.#sessions).padStart(6, '0')
    const random = seededRandom(`synthetic-shop/${this.#options.seed}/visit/${name}`)
    const sessionId = `s-${name}`
    if (visitor === 'declared' || visitor === 'hidden') {
      const { products } = this.#cast
      for (const event of botVisit(products, { kind: visitor, sessionId, at }, random))
        this.#queue.push(event)
      return
    }
    const { crowd } = this.#cast
    const shopper = visitor === 'stranger' ? crowd.stranger(random) : crowd.customer(visitor)
    const today = this.#today
    if (today === undefined) throw new Error('bug: a visit before the first day')
    const delayMs = random.next() < LATE_CHANCE ? (2 + random.below(LATEST_HOURS - 2)) * HOUR_MS : 0
    const start = { shopper, at, today, sessionId, orderId: `o-${name}`, delayMs, random }
    for (const event of visit(this.#shop, start)) {
      this.#queue.push(event)
      if (random.next() < DUPLICATE_CHANCE && isSent(event)) this.#queue.push(again(event, random))
    }
  }
}

/** What is sent by shoppers' devices and by the till may be sent twice. */
const isSent = ({ topic }: GeneratedEvent): boolean => topic === 'clickstream' || topic === 'orders'

/** Its exposure counts once. */
function again({ exposure: _, ...event }: GeneratedEvent, random: Random): GeneratedEvent {
  return { ...event, loggedAt: event.loggedAt + (1 + random.below(600)) * SECOND_MS, planted: 'duplicate' }
}
