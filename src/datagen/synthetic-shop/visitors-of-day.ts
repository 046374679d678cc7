import { HOUR_MS } from '../../core/duration.ts'
import type { Random } from '../../core/random.ts'
import type { Crowd } from './shoppers.ts'

/** Somebody comes to the shop: a customer by number, or somebody without an account, or a machine. */
export type Visitor = number | 'stranger' | 'declared' | 'hidden'

export type Arrival = { readonly at: number; readonly visitor: Visitor }

/** Visits by people who never log in, and by each kind of bot, for each visit of a customer. */
const STRANGER_SHARE = 0.25
const BOT_SHARE = 0.001
/** Share of visits that begin in each hour of the day, UTC; sums to 100. */
const HOUR_SHARES = [1, 1, 0, 0, 0, 1, 2, 3, 4, 5, 5, 5, 6, 5, 5, 5, 5, 6, 8, 9, 10, 8, 4, 2] as const
const HOURS: readonly number[] = HOUR_SHARES.flatMap((share, hour) =>
  Array.from({ length: share }, () => hour),
)

/** An arrival is one number, so that a day of a large shop is one sorted array: time in the day, then who. */
const WHO_SPAN = 2 ** 25
const OTHERS = ['stranger', 'declared', 'hidden'] as const

/** Who comes when: a day at a time, in order. */
export class VisitorsOfDay {
  readonly #signedUpAt: Float64Array
  readonly #visitRate: Float32Array
  readonly #expected: number

  constructor(customers: number, crowd: Crowd) {
    this.#signedUpAt = new Float64Array(customers)
    this.#visitRate = new Float32Array(customers)
    let expected = 0
    for (let number = 0; number < customers; number += 1) {
      const { signedUpAt, visitRate } = crowd.habits(number)
      this.#signedUpAt[number] = signedUpAt
      this.#visitRate[number] = visitRate
      expected += visitRate
    }
    this.#expected = expected
  }

  /** Arrivals of a day by instant; a customer at most once, and after the sign-up. @param day its first instant */
  of(day: number, random: Random): readonly Arrival[] {
    const arrivals: number[] = []
    for (let number = 0; number < this.#visitRate.length; number += 1) {
      if (random.next() >= (this.#visitRate[number] ?? 0)) continue
      const offset = offsetInDay(random)
      if (day + offset > (this.#signedUpAt[number] ?? 0))
        arrivals.push(offset * WHO_SPAN + OTHERS.length + number)
    }
    for (const [who, other] of OTHERS.entries()) {
      const count = this.#expected * (other === 'stranger' ? STRANGER_SHARE : BOT_SHARE)
      const whole = Math.floor(count) + (random.next() < count % 1 ? 1 : 0)
      for (let index = 0; index < whole; index += 1) arrivals.push(offsetInDay(random) * WHO_SPAN + who)
    }
    return Array.from(Float64Array.from(arrivals).sort(), (arrival) => {
      const who = arrival % WHO_SPAN
      return { at: day + Math.floor(arrival / WHO_SPAN), visitor: OTHERS[who] ?? who - OTHERS.length }
    })
  }
}

const offsetInDay = (random: Random): number =>
  (HOURS[random.below(HOURS.length)] ?? 0) * HOUR_MS + random.below(HOUR_MS)
