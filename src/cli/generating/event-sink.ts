import type { GeneratedEvent } from '../../datagen/synthetic-shop/generated-event.ts'

/** What became of events that went to something that judges them. */
export type Outcomes = {
  readonly accepted: number
  readonly duplicates: number
  readonly refused: number
  /** Of the refused, by reason. */
  readonly refusals: Readonly<Record<string, number>>
}

/** Where generated events go, in log order. */
export type EventSink = {
  /** Takes an event; a promise where the next one must wait. */
  readonly write: (event: GeneratedEvent) => Promise<void> | undefined
  /** Waits for what is under way. @returns what became of the events; null where nobody judges them */
  readonly finish: () => Promise<Outcomes | null>
  /** Lets go of what is open, also after a failure. */
  readonly close: () => Promise<void>
}
