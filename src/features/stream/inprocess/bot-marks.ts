import type { RecordValue } from '../../../algebra/source.ts'
import { MINUTE_MS } from '../../../core/duration.ts'

/** More events of one visit in one minute are not a person's. */
export const PERSON_EVENTS_A_MINUTE = 120
/** A visit that was quiet for this long is forgotten. */
const QUIET_MINUTES = 24 * 60
/** New visits between two looks for quiet ones. */
const SWEEP_VISITS = 100_000

type Visit = { minute: number; events: number; isBot: boolean }

/**
 * Tells which clicks are not a person's: those that the shop says so of (`payload.extra.bot` is `1`), and those of a
 * visit from its event over the limit on. What came before stays as it was logged. Minutes are of the events' own time.
 */
export class BotMarks {
  readonly #limit: number
  readonly #visits = new Map<string, Visit>()
  #newest = 0
  #sweepAt = SWEEP_VISITS

  /** @param limit most events of a visit in a minute */
  constructor(limit: number = PERSON_EVENTS_A_MINUTE) {
    this.#limit = limit
  }

  /** The click with its mark, or itself if it has one already, or is a person's. Counts it. */
  marked(click: RecordValue): RecordValue {
    const isOverLimit = this.#isOverLimit(String(click['session_id']), Number(click['occurred_at']))
    if (click['bot'] !== undefined && click['bot'] !== null) return click
    if (isDeclared(click)) return { ...click, bot: 'declared' }
    return isOverLimit ? { ...click, bot: 'rate' } : click
  }

  #isOverLimit(session: string, at: number): boolean {
    const minute = Math.floor(at / MINUTE_MS)
    const visit = this.#visits.get(session)
    if (visit === undefined) {
      this.#visits.set(session, { minute, events: 1, isBot: this.#limit < 1 })
      this.#sweep(minute)
      return this.#limit < 1
    }
    if (minute > visit.minute) {
      visit.minute = minute
      visit.events = 1
    } else if (minute === visit.minute) visit.events += 1
    visit.isBot ||= visit.events > this.#limit
    return visit.isBot
  }

  #sweep(minute: number): void {
    this.#newest = Math.max(this.#newest, minute)
    if (this.#visits.size < this.#sweepAt) return
    for (const [session, visit] of this.#visits) {
      if (visit.minute < this.#newest - QUIET_MINUTES) this.#visits.delete(session)
    }
    this.#sweepAt = this.#visits.size + SWEEP_VISITS
  }
}

function isDeclared({ payload }: RecordValue): boolean {
  if (typeof payload !== 'object' || payload === null || !('extra' in payload)) return false
  const { extra } = payload
  return typeof extra === 'object' && extra !== null && 'bot' in extra && extra['bot'] === '1'
}
