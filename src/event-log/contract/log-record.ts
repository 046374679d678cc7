import type { LoggedRecord, Source } from '../../algebra/source.ts'
import { EndcapError } from '../../core/errors.ts'
import { hash64Bytes } from '../../core/hash.ts'
import { BODY_FORMATS, type BodyFormat, parseBody } from './body-format.ts'
import { DUPLICATE, ERASED, ERASED_TOPIC, type LogEntry, OWN_INSTANT } from './event-log.ts'
import { splitTopic } from './split-topic.ts'

/**
 * A body in the log: version, format, 2 bytes of zero, count of events (uint32), checksum of what follows
 * (uint64), loggedAt (float64), one status byte an event, the body. Little endian.
 */
const HEADER_BYTES = 24
const VERSION = 1

/** A body as its record holds it. */
export type LoggedBody = Pick<LogEntry, 'body' | 'format' | 'loggedAt' | 'statuses'>

export function encodeLogRecord({ body, format, loggedAt, statuses }: LoggedBody): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + statuses.length + body.length)
  bytes.writeUInt8(VERSION, 0)
  bytes.writeUInt8(BODY_FORMATS.indexOf(format), 1)
  bytes.writeUInt16LE(0, 2)
  bytes.writeUInt32LE(statuses.length, 4)
  bytes.writeDoubleLE(loggedAt, 16)
  bytes.set(statuses, HEADER_BYTES)
  bytes.set(body, HEADER_BYTES + statuses.length)
  bytes.writeBigUInt64LE(hash64Bytes(bytes.subarray(16)), 8)
  return bytes
}

/**
 * The body as it was written, not parsed.
 * @param place for errors
 * @throws EndcapError CORRUPT if the bytes are not those that were written
 */
export function decodeBody(bytes: Buffer, place: string): LoggedBody {
  if (bytes.length < HEADER_BYTES) throw new EndcapError('CORRUPT', 'is cut short', { place })
  const version = bytes.readUInt8(0)
  if (version !== VERSION) throw new EndcapError('UNKNOWN_FORMAT', `has version ${version}`, { place })
  if (hash64Bytes(bytes.subarray(16)) !== bytes.readBigUInt64LE(8)) {
    throw new EndcapError('CORRUPT', 'does not match its checksum', { place })
  }
  const format: BodyFormat | undefined = BODY_FORMATS[bytes.readUInt8(1)]
  if (format === undefined) throw new EndcapError('UNKNOWN_FORMAT', 'has an unknown body format', { place })
  const bodyAt = HEADER_BYTES + bytes.readUInt32LE(4)
  const statuses = bytes.subarray(HEADER_BYTES, bodyAt)
  return { format, loggedAt: bytes.readDoubleLE(16), statuses, body: bytes.subarray(bodyAt) }
}

/**
 * The accepted events of a body; in place of an erased one a record of `ERASED_TOPIC`.
 * @param firstOffset offset of the first of them
 * @param sources what status bytes number
 * @throws EndcapError CORRUPT if the bytes are not those that were written
 */
export function decodeLogRecord(
  bytes: Buffer,
  firstOffset: number,
  sources: readonly Source[],
): LoggedRecord[] {
  const place = `log record at offset ${firstOffset}`
  const { body, format, loggedAt, statuses } = decodeBody(bytes, place)
  const events = parseBody(body, format)
  const records: LoggedRecord[] = []
  for (const [index, status] of statuses.entries()) {
    if (status >= DUPLICATE) continue
    const offset = firstOffset + records.length
    if (status === ERASED) {
      records.push({ topic: ERASED_TOPIC, partition: 0, offset, loggedAt: 0, value: {} })
      continue
    }
    const source = sources[status]
    const value = splitTopic(events[index])?.value
    if (source === undefined || value === undefined) {
      throw new EndcapError('CORRUPT', `event ${index} has no topic`, { place })
    }
    records.push({
      topic: source.name,
      partition: 0,
      offset,
      loggedAt: loggedAt === OWN_INSTANT ? Number(value[source.at]) : loggedAt,
      value,
    })
  }
  return records
}
