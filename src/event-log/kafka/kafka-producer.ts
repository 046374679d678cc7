import { ProduceAcks, Producer } from '@platformatic/kafka'
import { kafkaRequest } from './kafka-error.ts'
import type { KafkaConnection, KafkaRecord } from './kafka-types.ts'

/** Brokers refuse a batch of more than 1 MiB; keys, headers and framing need some of it. */
const BATCH_BYTES = 700_000
const BATCH_RECORDS = 5_000

const bytes = (part: string | Uint8Array | null): Buffer | undefined => {
  if (part === null) return undefined
  return typeof part === 'string' ? Buffer.from(part, 'utf8') : Buffer.from(part)
}

const sizeOf = (part: string | Uint8Array | null): number =>
  part === null ? 0 : typeof part === 'string' ? Buffer.byteLength(part) : part.byteLength

/** Cuts records into batches that a broker takes, in order. */
function* batches(records: Iterable<KafkaRecord>): Generator<readonly KafkaRecord[]> {
  let batch: KafkaRecord[] = []
  let sizeBytes = 0
  for (const record of records) {
    const recordBytes = sizeOf(record.key) + sizeOf(record.value) + 32
    if (batch.length > 0 && (batch.length >= BATCH_RECORDS || sizeBytes + recordBytes > BATCH_BYTES)) {
      yield batch
      batch = []
      sizeBytes = 0
    }
    batch.push(record)
    sizeBytes += recordBytes
  }
  if (batch.length > 0) yield batch
}

/** Writes records idempotently: a retry inside one `send` neither loses nor repeats one. Close it after use. */
export class KafkaProducer {
  readonly #producer: Producer

  constructor(connection: KafkaConnection) {
    this.#producer = new Producer({
      clientId: 'endcap-producer',
      bootstrapBrokers: [...connection.bootstrapBrokers],
      retries: connection.retries ?? 10,
      idempotent: true,
      acks: ProduceAcks.ALL,
    })
  }

  /**
   * Appends the records, in this order within each partition; returns when all replicas have them.
   * @throws EndcapError ENGINE_FAILED; records before the failing batch are written
   */
  async send(records: Iterable<KafkaRecord>): Promise<void> {
    for (const batch of batches(records)) {
      const messages = batch.map(({ topic, partition, key, value, timestampMs }) => {
        const keyBytes = bytes(key)
        const valueBytes = bytes(value)
        return {
          topic,
          partition,
          timestamp: BigInt(timestampMs),
          ...(keyBytes === undefined ? {} : { key: keyBytes }),
          ...(valueBytes === undefined ? {} : { value: valueBytes }),
        }
      })
      await kafkaRequest(`write ${messages.length} records`, () => this.#producer.send({ messages }))
    }
  }

  close(): Promise<void> {
    return this.#producer.close()
  }
}
