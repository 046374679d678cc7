import { EndcapError } from '../../core/errors.ts'
import { eventBytes, parseBody } from './body-format.ts'
import type { DeadLetter, LogEntry } from './event-log.ts'

/** The dead letters of a body, numbered from `sequence` on, each with the bytes that were sent. */
export function deadLettersOf(entry: LogEntry, sequence: number): readonly DeadLetter[] {
  const { body, format, refused } = entry
  if (refused.length === 0) return []
  const indexes = refused.map((event) => event.index)
  const bytes = eventBytes(body, format, parseBody(body, format), indexes)
  return refused.map((event, place) => ({
    ...event,
    sequence: sequence + place,
    arrivedAt: entry.arrivedAt,
    settledAt: null,
    bytes: bytes[place] ?? new Uint8Array(),
  }))
}

/** Length of the head (uint32, little endian), the head as JSON, the bytes that were sent. */
export function encodeDeadLetter({ sequence: _sequence, bytes, ...head }: DeadLetter): Buffer {
  const json = Buffer.from(JSON.stringify(head))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  return Buffer.concat([length, json, bytes])
}

/** @throws EndcapError CORRUPT */
export function decodeDeadLetter(record: Buffer, sequence: number): DeadLetter {
  try {
    const length = record.readUInt32LE(0)
    const head: Omit<DeadLetter, 'sequence' | 'bytes'> = JSON.parse(record.toString('utf8', 4, 4 + length))
    return {
      ...head,
      settledAt: head.settledAt ?? null,
      sequence,
      bytes: Uint8Array.prototype.slice.call(record, 4 + length),
    }
  } catch (cause) {
    throw new EndcapError('CORRUPT', 'cannot be read', { place: `dead letter ${sequence}`, cause })
  }
}
