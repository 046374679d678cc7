import { floorTo, HOUR_MS } from '../../core/duration.ts'
import type { GeneratedEvent } from './generated-event.ts'

/** What is still to be told, by the hour in which it is logged. */
export class HourQueue {
  readonly #byHour = new Map<number, GeneratedEvent[]>()
  #hour = 0
  #events: GeneratedEvent[] = []

  push(event: GeneratedEvent): void {
    const hour = floorTo(event.loggedAt, HOUR_MS)
    if (hour !== this.#hour) {
      this.#hour = hour
      this.#events = this.#byHour.get(hour) ?? []
      if (this.#events.length === 0) this.#byHour.set(hour, this.#events)
    }
    this.#events.push(event)
  }

  /** Takes out the events of an hour, by instant; those of one instant in the order in which they came. */
  take(hour: number): readonly GeneratedEvent[] {
    const events = this.#byHour.get(hour) ?? []
    this.#byHour.delete(hour)
    if (this.#hour === hour) this.#hour = -1
    return events.sort((a, b) => a.loggedAt - b.loggedAt)
  }
}
