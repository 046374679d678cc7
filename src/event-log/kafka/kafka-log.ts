import type { LoggedRecord, Source } from '../../algebra/source.ts'
import { EndcapError } from '../../core/errors.ts'
import { parseBody } from '../contract/body-format.ts'
import { deadLettersOf } from '../contract/dead-letter-record.ts'
import { DUPLICATE, ERASED_TOPIC, type EventLog, type LogEntry, OWN_INSTANT } from '../contract/event-log.ts'
import { splitTopic } from '../contract/split-topic.ts'
import { AvroCodec } from './avro-codec.ts'
import { deadLetterRecord, deadLettersOfTopic, edgeKey, settlingRecord } from './dead-letter-topic.ts'
import { KafkaProducer } from './kafka-producer.ts'
import { KafkaReader } from './kafka-reader.ts'
import type { KafkaConnection, KafkaMessage, KafkaRecord } from './kafka-types.ts'
import { inOrder, isFromWriter, lastPosition, orderHeaders, orderOf } from './log-order.ts'
import { type RegistryConnection, SchemaRegistry } from './schema-registry.ts'
import { catalogSchemas, DEAD_LETTERS, partitionOf, partitionsOfTopics, topicsOf } from './shop-topics.ts'

export type KafkaLogOptions = {
  readonly connection: KafkaConnection
  readonly registry: RegistryConnection
  readonly topicPrefix: string
  readonly sources: readonly Source[]
  /** `given`: others make topics and schemas, which are only looked at here. Default: `made`. */
  readonly topics?: 'made' | 'given'
  /** Of topics that are made. Default 3. */
  readonly partitions?: number
  /** By topic. Default: those of the catalog. */
  readonly schemas?: ReadonlyMap<string, object>
}

const PARTITIONS = 3
/** Small: when the log is read back in order, every partition has one under way. */
const READ_LIMITS = { maxBytes: 1024 * 1024, maxWaitMs: 500 } as const
const READ_RECORDS = 1000

/**
 * Opens the topics of a shop, made if they are not there unless others make them, as the log of its one writer. Each event is an Avro record
 * in the topic and the partition that the catalog says; its place in the writer's one sequence, and the hash of its
 * id, are headers. Other producers' records have none and are none of this log's.
 * @throws EndcapError ENGINE_UNAVAILABLE, ENGINE_FAILED, SCHEMA_CONFLICT; NOT_FOUND for what others have not made
 */
export async function openKafkaLog(options: KafkaLogOptions): Promise<EventLog> {
  const { connection, sources, topicPrefix, topics = 'made', partitions = PARTITIONS } = options
  const counts = await partitionsOfTopics(connection, options, { topics, partitions })
  const codec = new AvroCodec(
    new SchemaRegistry(options.registry),
    options.schemas ?? catalogSchemas({ topicPrefix, sources }),
  )
  await (topics === 'given' ? codec.find() : codec.register())
  const log = new KafkaLog(options, codec, counts)
  await log.recover().catch(async (error) => {
    await log.close()
    throw error
  })
  return log
}

type Waiting = { readonly records: readonly KafkaRecord[]; readonly settle: PromiseWithResolvers<void> }

class KafkaLog implements EventLog {
  readonly #options: KafkaLogOptions
  readonly #codec: AvroCodec
  readonly #partitions: ReadonlyMap<string, number>
  readonly #producer: KafkaProducer
  readonly #reader: KafkaReader
  readonly #topics: readonly string[]
  #position = 0
  #newestLoggedAt = 0
  #letterKeys: string[] = []
  #waiting: Waiting[] = []
  #sending: Promise<void> | undefined
  #failure: unknown
  #closing: Promise<void> | undefined

  constructor(options: KafkaLogOptions, codec: AvroCodec, partitions: ReadonlyMap<string, number>) {
    this.#options = options
    this.#codec = codec
    this.#partitions = partitions
    this.#producer = new KafkaProducer(options.connection)
    this.#reader = new KafkaReader(options.connection, READ_LIMITS)
    this.#topics = topicsOf(options)
  }

  get position(): number {
    return this.#position
  }

  get deadLetterCount(): number {
    return this.#letterKeys.length
  }

  /** Takes up where the last writer ended. */
  async recover(): Promise<void> {
    this.#position = (await lastPosition(this.#reader, this.#topics)) + 1
    this.#newestLoggedAt = Math.max(0, ...(await this.#reader.newestTimestamps(this.#topics)))
    this.#letterKeys = [...(await this.#letters()).keys()]
  }

  append = (entry: LogEntry): Promise<void> => {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    const settle = Promise.withResolvers<void>()
    try {
      this.#waiting.push({ records: [...this.#events(entry), ...this.#refusals(entry)], settle })
    } catch (cause) {
      return Promise.reject(this.#fail(cause))
    }
    this.#newestLoggedAt = Math.max(
      this.#newestLoggedAt,
      entry.idHashes.length > 0 ? entry.newestLoggedAt : 0,
    )
    this.#sending ??= this.#send()
    return settle.promise
  }

  async *read(from: number): AsyncGenerator<readonly LoggedRecord[]> {
    const to = this.#position
    let next = from
    let lot: LoggedRecord[] = []
    for await (const { position, message } of inOrder(this.#reader, this.#topics, { from, to })) {
      // A writer that died in the middle of a body left gaps; what lay there was never answered for.
      for (; next < position; next += 1) lot.push(erasedRecord(next))
      lot.push(await this.#recordOf(position, message))
      next = position + 1
      if (lot.length < READ_RECORDS) continue
      yield lot
      lot = []
    }
    if (lot.length > 0) yield lot
  }

  async *idHashes(since: number): AsyncGenerator<BigUint64Array> {
    const from = await this.#reader.offsetsSince(this.#topics, since)
    let lot: bigint[] = []
    for await (const message of this.#reader.read({ topics: this.#topics, from })) {
      if (message.timestampMs < since || !isFromWriter(message)) continue
      lot.push(orderOf(message).idHash)
      if (lot.length < READ_RECORDS) continue
      yield BigUint64Array.from(lot)
      lot = []
    }
    if (lot.length > 0) yield BigUint64Array.from(lot)
  }

  newestLoggedAt = (): number => this.#newestLoggedAt

  async *deadLetters(from = 0) {
    const letters = await this.#letters()
    for (const letter of letters.values()) if (letter.sequence >= from) yield letter
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#sending?.catch(() => {}) // whoever appended hears of it
    await Promise.all([this.#producer.close(), this.#reader.close()])
  }

  /** One request after the other, each with all that has come meanwhile. */
  async #send(): Promise<void> {
    while (this.#waiting.length > 0 && this.#failure === undefined) {
      const sent = this.#waiting
      this.#waiting = []
      try {
        await this.#producer.send(sent.flatMap(({ records }) => records))
        for (const { settle } of sent) settle.resolve()
      } catch (cause) {
        const failure = this.#fail(cause)
        for (const { settle } of [...sent, ...this.#waiting]) settle.reject(failure)
      }
    }
    this.#sending = undefined
  }

  *#events(entry: LogEntry): Generator<KafkaRecord> {
    const { body, format, statuses, loggedAt, idHashes } = entry
    const events = parseBody(body, format)
    let place = 0
    for (const [index, status] of statuses.entries()) {
      if (status >= DUPLICATE) continue
      const source = this.#options.sources[status]
      const value = splitTopic(events[index])?.value
      const idHash = idHashes[place]
      if (source === undefined || value === undefined || idHash === undefined) {
        throw new Error(`bug: event ${index} of a body has no topic or no id`)
      }
      const topic = `${this.#options.topicPrefix}${source.name}`
      const key = String(value[source.partitionBy])
      yield {
        topic,
        partition: partitionOf(key, this.#partitions.get(topic) ?? 1),
        key,
        value: this.#codec.encode(topic, value),
        timestampMs: loggedAt === OWN_INSTANT ? Number(value[source.at]) : loggedAt,
        headers: orderHeaders({ position: this.#position, idHash }),
      }
      this.#position += 1
      place += 1
    }
  }

  *#refusals(entry: LogEntry): Generator<KafkaRecord> {
    const { topicPrefix } = this.#options
    for (const letter of deadLettersOf(entry, this.#letterKeys.length)) {
      const key = edgeKey(letter.sequence)
      this.#letterKeys.push(key)
      yield deadLetterRecord(topicPrefix, key, letter)
    }
    for (const sequence of entry.settles ?? []) {
      const key = this.#letterKeys[sequence]
      if (key !== undefined) yield settlingRecord(topicPrefix, key, entry.arrivedAt)
    }
  }

  async #recordOf(position: number, message: KafkaMessage): Promise<LoggedRecord> {
    const { topic, value, timestampMs, partition, offset } = message
    const decoded = await this.#codec.decode(topic, value ?? Buffer.alloc(0))
    if ('poison' in decoded) {
      const place = `topic '${topic}', partition ${partition}, offset ${offset}`
      throw new EndcapError('CORRUPT', `is ${decoded.poison}`, { place })
    }
    const name = topic.slice(this.#options.topicPrefix.length)
    return { topic: name, partition: 0, offset: position, loggedAt: timestampMs, value: decoded.value }
  }

  #letters() {
    const topic = `${this.#options.topicPrefix}${DEAD_LETTERS}`
    return deadLettersOfTopic(this.#reader.read({ topics: [topic] }))
  }

  #fail(cause: unknown): unknown {
    this.#failure ??= cause
    return this.#failure
  }
}

const erasedRecord = (offset: number): LoggedRecord => ({
  topic: ERASED_TOPIC,
  partition: 0,
  offset,
  loggedAt: 0,
  value: {},
})
