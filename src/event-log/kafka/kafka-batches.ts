import type { KafkaRecord } from './kafka-types.ts'

/** Brokers refuse a batch of more than 1 MiB; keys, headers and framing need some of it. */
const BATCH_BYTES = 700_000
const BATCH_RECORDS = 5_000
const RECORD_OVERHEAD_BYTES = 32

/**
 * The client (verified: @platformatic/kafka 2.12.1) writes a record's time as the distance from the first record of
 * its partition in the batch, and writes distances of 2^31 ms (24.8 days) or more wrongly, without an error.
 */
const TIME_SPAN_MS = 2 ** 31 - 1

const sizeOf = (part: string | Uint8Array | null): number =>
  part === null ? 0 : typeof part === 'string' ? Buffer.byteLength(part) : part.byteLength

/** Cuts records into batches that broker and client take, in their order; none is empty. */
export function* kafkaBatches(records: Iterable<KafkaRecord>): Generator<readonly KafkaRecord[]> {
  let batch: KafkaRecord[] = []
  let sizeBytes = 0
  /** Time of the first record of each partition in the batch. */
  const firstMs = new Map<string, number>()
  for (const record of records) {
    const partition = `${record.topic} ${record.partition}`
    const recordBytes = sizeOf(record.key) + sizeOf(record.value) + RECORD_OVERHEAD_BYTES
    const distanceMs = Math.abs(record.timestampMs - (firstMs.get(partition) ?? record.timestampMs))
    const isFull =
      batch.length >= BATCH_RECORDS || sizeBytes + recordBytes > BATCH_BYTES || distanceMs > TIME_SPAN_MS
    if (isFull && batch.length > 0) {
      yield batch
      batch = []
      sizeBytes = 0
      firstMs.clear()
    }
    batch.push(record)
    sizeBytes += recordBytes
    if (!firstMs.has(partition)) firstMs.set(partition, record.timestampMs)
  }
  if (batch.length > 0) yield batch
}
