import type { LoggedRecord } from '../../algebra/source.ts'
import type { BodyFormat } from './body-format.ts'

/** What became of each event of a body, one byte each: the number of its topic, or one of these. */
export const ERASED = 253
export const DUPLICATE = 254
export const REFUSED = 255

/**
 * Topic of the record that keeps the offset of one that was erased: it has no fields and was logged at 0, and
 * no source has this name, so nothing counts it.
 */
export const ERASED_TOPIC = 'erased'

/** `LogEntry.loggedAt` of a body of history: each of its events was logged at its own instant. */
export const OWN_INSTANT = -1

/** An event that did not count, as the writer hands it over. */
export type RefusedEvent = {
  /** Place in its body, from 0. */
  readonly index: number
  readonly topic: string | null
  readonly reason: string
  /** `quantity`, `payload.items.0.item_id`; null where no field is to blame. */
  readonly field: string | null
}

/** One body as it arrived, with what the writer decided of each of its events. */
export type LogEntry = {
  readonly body: Uint8Array
  readonly format: BodyFormat
  /** Epoch ms; of its dead letters. */
  readonly arrivedAt: number
  /** Log time of its events: epoch ms of arrival, or `OWN_INSTANT`. */
  readonly loggedAt: number
  /** Greatest log time of its accepted events, epoch ms; 0 if none. */
  readonly newestLoggedAt: number
  /** One byte an event: topic number (place in the log's sources), `DUPLICATE`, `REFUSED`; `ERASED` once it is. */
  readonly statuses: Uint8Array
  /** 64-bit hash of the id of each accepted event, in order. */
  readonly idHashes: BigUint64Array
  readonly refused: readonly RefusedEvent[]
  /** Sequence numbers of dead letters whose events these are, or came before: they are settled with it. */
  readonly settles?: readonly number[]
}

/** An event that did not count, kept with the reason and the bytes that were sent. */
export type DeadLetter = {
  /** From 0, without gaps. */
  readonly sequence: number
  /** Epoch ms. */
  readonly arrivedAt: number
  readonly index: number
  readonly topic: string | null
  readonly reason: string
  readonly field: string | null
  /** Epoch ms at which its event was taken in after all, or known from before; null while it is open. */
  readonly settledAt: number | null
  readonly bytes: Uint8Array
}

/**
 * The embedded log: bodies in the order of arrival; each accepted event has the next offset, one sequence over
 * all topics, in partition 0. One writer, any number of readers.
 */
export type EventLog = {
  /** Number of records: the offset that the next accepted event gets. Those not yet durable count. */
  readonly position: number
  readonly deadLetterCount: number
  /**
   * Appends a body and its dead letters; durable when it resolves. Calls keep their order.
   * @throws EndcapError DATA_FOLDER if it could not be made durable; the log then takes nothing more
   */
  readonly append: (entry: LogEntry) => Promise<void>
  /**
   * Durable records from offset `from` on, in order of offset, without gaps (`ERASED_TOPIC`), a body at a time;
   * ends at the last one.
   * @throws EndcapError CORRUPT
   */
  readonly read: (from: number) => AsyncIterable<readonly LoggedRecord[]>
  /**
   * Id hashes of the records that were logged at or after `since` (epoch ms), and perhaps of older ones; in lots of any
   * size.
   */
  readonly idHashes: (since: number) => AsyncIterable<BigUint64Array>
  /** Greatest log time of any record, epoch ms; 0 of none. Looks at every body's head. */
  readonly newestLoggedAt: () => number
  /** From sequence number `from` on. */
  readonly deadLetters: (from?: number) => AsyncIterable<DeadLetter>
  readonly close: () => Promise<void>
}
