import { ProduceAcks, Producer } from '@platformatic/kafka'
import { kafkaBatches } from './kafka-batches.ts'
import { kafkaRequest } from './kafka-error.ts'
import type { KafkaConnection, KafkaRecord } from './kafka-types.ts'

const bytes = (part: string | Uint8Array | null): Buffer | undefined => {
  if (part === null) return undefined
  return typeof part === 'string' ? Buffer.from(part, 'utf8') : Buffer.from(part)
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
    for (const batch of kafkaBatches(records)) {
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
