import type { RecordValue } from '../../../algebra/source.ts'
import { MINUTE_MS } from '../../../core/duration.ts'

/** More events of one visit in one minute are not a person's. */
export const PERSON_EVENTS_A_MINUTE = 120
/** A visit that was quiet for this long is forgotten. */
const QUIET_MINUTES = 24 * 60
/** New visits between two looks for quiet ones. */
const SWEEP_VISITS = 100_000

/**
 * Tells which clicks are not a person's: those that the shop says so of (`payload.extra.bot` is `1`), and those of a
 * visit from its event over the limit on. What came before stays as it was logged. Minutes are of the events' own time.
 */
export class BotMarks {
  readonly #limit: number
  readonly #radix: number
  /**
   * By session, in one number: minute of the newest event, events in it (as many as matter), and whether it is a
   * bot's. Minutes are counted from the first one, which keeps the number small enough to need no object.
   */
  readonly #visits = new Map<string, number>()
  #firstMinute: number | undefined
  #newest = 0
  #sweepAt = SWEEP_VISITS

  /** @param limit most events of a visit in a minute */
  constructor(limit: number = PERSON_EVENTS_A_MINUTE) {
    this.#limit = limit
    this.#radix = Math.max(0, limit) + 2
  }

  /** The click with its mark, or itself if it has one already, or is a person's. Counts it. */
  marked(click: RecordValue): RecordValue {
    const isOverLimit = this.#isOverLimit(String(click['session_id']), Number(click['occurred_at']))
    if (click['bot'] !== undefined && click['bot'] !== null) return click
    if (isDeclared(click)) return { ...click, bot: 'declared' }
    return isOverLimit ? { ...click, bot: 'rate' } : click
  }

  #isOverLimit(session: string, at: number): boolean {
    const now = Math.floor(at / MINUTE_MS)
    this.#firstMinute ??= now
    const minute = now - this.#firstMinute
    const visit = this.#visits.get(session)
    if (visit === undefined) {
      const isBot = this.#limit < 1
      this.#visits.set(session, this.#packed(minute, 1, isBot))
      this.#sweep(minute)
      return isBot
    }
    const before = this.#minuteOf(visit)
    const count = Math.floor(visit / 2) - before * this.#radix
    const events = minute > before ? 1 : count + (minute === before ? 1 : 0)
    const isBot = isOdd(visit) || events > this.#limit
    this.#visits.set(session, this.#packed(Math.max(minute, before), events, isBot))
    return isBot
  }

  #packed(minute: number, events: number, isBot: boolean): number {
    return (minute * this.#radix + Math.min(events, this.#radix - 1)) * 2 + (isBot ? 1 : 0)
  }

  #minuteOf = (visit: number): number => Math.floor(Math.floor(visit / 2) / this.#radix)

  #sweep(minute: number): void {
    this.#newest = Math.max(this.#newest, minute)
    if (this.#visits.size < this.#sweepAt) return
    for (const [session, visit] of this.#visits) {
      if (this.#minuteOf(visit) < this.#newest - QUIET_MINUTES) this.#visits.delete(session)
    }
    this.#sweepAt = this.#visits.size + SWEEP_VISITS
  }
}

const isOdd = (value: number): boolean => Math.abs(value % 2) === 1

function isDeclared({ payload }: RecordValue): boolean {
  if (typeof payload !== 'object' || payload === null || !('extra' in payload)) return false
  const { extra } = payload
  return typeof extra === 'object' && extra !== null && 'bot' in extra && extra['bot'] === '1'
}
