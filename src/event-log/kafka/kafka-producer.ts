import { ProduceAcks, Producer } from '@platformatic/kafka'
import { clientOptions } from './client-options.ts'
import { kafkaBatches } from './kafka-batches.ts'
import { kafkaRequest } from './kafka-error.ts'
import type { KafkaConnection, KafkaHeaders, KafkaRecord } from './kafka-types.ts'

const bytes = (part: string | Uint8Array | null): Buffer | undefined => {
  if (part === null) return undefined
  return typeof part === 'string' ? Buffer.from(part, 'utf8') : Buffer.from(part)
}

const headerMap = (headers: KafkaHeaders): Map<Buffer, Buffer> =>
  new Map(Object.entries(headers).map(([name, value]) => [Buffer.from(name), value]))

/** Writes records idempotently: a retry inside one `send` neither loses nor repeats one. Close it after use. */
export class KafkaProducer {
  readonly #producer: Producer

  constructor(connection: KafkaConnection) {
    this.#producer = new Producer({
      ...clientOptions('producer', connection),
      idempotent: true,
      acks: ProduceAcks.ALL,
    })
  }

  /**
   * Appends the records, in this order within each partition; returns when all replicas have them.
   * @throws EndcapError ENGINE_FAILED; records before the failing batch are written
   */
  async send(records: Iterable<KafkaRecord>): Promise<void> {
    for (const batch of kafkaBatches(records)) {
      const messages = batch.map(({ topic, partition, key, value, timestampMs, headers }) => {
        const keyBytes = bytes(key)
        const valueBytes = bytes(value)
        return {
          topic,
          partition,
          timestamp: BigInt(timestampMs),
          ...(keyBytes === undefined ? {} : { key: keyBytes }),
          ...(valueBytes === undefined ? {} : { value: valueBytes }),
          ...(headers === undefined ? {} : { headers: headerMap(headers) }),
        }
      })
      await kafkaRequest(`write ${messages.length} records`, () => this.#producer.send({ messages }))
    }
  }

  close(): Promise<void> {
    return this.#producer.close()
  }
}
