import type { Source } from '../../algebra/source.ts'
import { deadLettersOf } from '../contract/dead-letter-record.ts'
import type { DeadLetter, EventLog, LogEntry } from '../contract/event-log.ts'
import { decodeLogRecord, encodeLogRecord } from '../contract/log-record.ts'

type Kept = { readonly firstOffset: number; readonly entry: LogEntry; readonly record: Buffer }

/** A log that ends with the process: for tests and for trying things out. */
export function memoryLog(sources: readonly Source[]): EventLog {
  const bodies: Kept[] = []
  const dead: DeadLetter[] = []
  let position = 0
  return {
    get position() {
      return position
    },
    get deadLetterCount() {
      return dead.length
    },
    append: async (entry) => {
      if (entry.idHashes.length > 0) {
        bodies.push({ firstOffset: position, entry, record: encodeLogRecord(entry) })
        position += entry.idHashes.length
      }
      dead.push(...deadLettersOf(entry, dead.length))
      for (const sequence of entry.settles ?? []) {
        const letter = dead[sequence]
        if (letter !== undefined) dead[sequence] = { ...letter, settledAt: entry.arrivedAt }
      }
    },
    read: async function* (from) {
      for (const { firstOffset, entry, record } of bodies) {
        if (firstOffset + entry.idHashes.length <= from) continue
        yield decodeLogRecord(record, firstOffset, sources).filter(({ offset }) => offset >= from)
      }
    },
    idHashes: async function* (since) {
      for (const { entry } of bodies) if (entry.newestLoggedAt >= since) yield entry.idHashes
    },
    newestLoggedAt: () => Math.max(0, ...bodies.map(({ entry }) => entry.newestLoggedAt)),
    deadLetters: async function* (from = 0) {
      yield* dead.slice(from)
    },
    close: async () => {},
  }
}
