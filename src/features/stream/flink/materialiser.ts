import type { LoggedRecord, RecordValue, Source } from '../../../algebra/source.ts'
import { validators } from '../../../catalog/validator.ts'
import type { ViewPlan } from '../../../compile/plan.ts'
import type { Logger } from '../../../core/logger.ts'
import type { OnlineState } from '../../online/online-state.ts'
import { Checkpointer } from '../inprocess/checkpointer.ts'
import type { KeyedMessage } from './tile-topics.ts'
import { instantOf, type Upsert, upsertOf } from './upsert-of.ts'

type Offsets = ReadonlyMap<string, readonly number[]>

export type FedMessage = KeyedMessage & {
  readonly partition: number
  readonly offset: number
  /** Log time, epoch ms. */
  readonly timestampMs: number
}

export type FeedPlace = { readonly topic: string; readonly partition: number; readonly offset: number }

/** What is needed of the log: topics read from given offsets, and a place for what cannot be read. */
export type UpsertFeed = {
  readonly startOffsets: (topics: readonly string[]) => Promise<Offsets>
  readonly endOffsets: (topics: readonly string[]) => Promise<Offsets>
  /** What there is now at these places, waiting a little for the first record. */
  readonly poll: (
    places: readonly FeedPlace[],
  ) => Promise<readonly (FeedPlaceAfter & { readonly messages: readonly FedMessage[] })[]>
  readonly decode: (
    topic: string,
    bytes: Buffer,
  ) => Promise<{ readonly value: RecordValue } | { readonly poison: string }>
  /** Keeps a record that cannot be read, with its bytes; durable when it resolves. */
  readonly keepPoison: (message: FedMessage, reason: string) => Promise<void>
}

type FeedPlaceAfter = { readonly topic: string; readonly partition: number; readonly next: number }

export type MaterialiserOptions = {
  /** Opened as a materialised one. */
  readonly state: OnlineState
  readonly feed: UpsertFeed
  readonly views: readonly ViewPlan[]
  /** Topics of versions of entities. */
  readonly entities: readonly Source[]
  readonly topicPrefix: string
  readonly logger: Logger
}

/**
 * Fills an online state from the topics of tiles that Flink upserts and from those of entities. Every partition is
 * read from the offset that the state holds, and the state's checkpoint writes both in one transaction: nothing is
 * lost, and what comes twice changes nothing. The next records are asked for when those before are in the state, so a
 * slow state slows the reading, and nothing piles up.
 *
 * It reads all partitions and joins no group: a shop has one state, and what follows from two partitions lies in one
 * transaction. Another process that wants the state has one of its own.
 */
export class Materialiser {
  readonly #options: MaterialiserOptions
  readonly #plans: ReadonlyMap<string, ViewPlan>
  readonly #sources: ReadonlyMap<string, Source>
  readonly #checkpointer: Checkpointer
  readonly #next = new Map<string, number[]>()
  #poisoned = 0

  constructor(options: MaterialiserOptions) {
    const { views, entities, topicPrefix, state, logger } = options
    this.#options = options
    this.#plans = new Map(views.map((plan) => [`${topicPrefix}${plan.tileName}`, plan]))
    this.#sources = new Map(entities.map((source) => [`${topicPrefix}${source.name}`, source]))
    this.#checkpointer = new Checkpointer(state, logger)
  }

  get topics(): readonly string[] {
    return [...this.#plans.keys(), ...this.#sources.keys()]
  }

  /** Records of entities that could not be read, since the start. */
  get poisonCount(): number {
    return this.#poisoned
  }

  /** Takes up at the state's offsets. @throws EndcapError ENGINE_FAILED if a topic is not there */
  async start(): Promise<void> {
    const { state, feed } = this.#options
    const stored = state.offsets()
    for (const [topic, starts] of await feed.startOffsets(this.topics)) {
      this.#next.set(
        topic,
        starts.map((start, partition) => Math.max(start, stored[topic]?.[partition] ?? 0)),
      )
    }
  }

  /** Records that the topics hold beyond the state. */
  async lag(): Promise<number> {
    const ends = await this.#options.feed.endOffsets(this.topics)
    let lag = 0
    for (const [topic, offsets] of ends) {
      for (const [partition, end] of offsets.entries()) lag += end - (this.#next.get(topic)?.[partition] ?? 0)
    }
    return lag
  }

  /** Applies until the signal is aborted, then checkpoints. @throws EndcapError if the log or the disk fails */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await this.step()
    await this.settle()
  }

  /** Applies what one reading gives, waiting a little if there is nothing. @returns how many records */
  async step(): Promise<number> {
    const { feed, state } = this.#options
    const places = [...this.#next].flatMap(([topic, offsets]) =>
      offsets.map((offset, partition) => ({ topic, partition, offset })),
    )
    let count = 0
    for (const { topic, partition, next, messages } of await feed.poll(places)) {
      const offsets = this.#next.get(topic)
      if (offsets === undefined) continue
      const upserts = this.#upserts(topic, messages)
      const entities = await this.#versions(topic, messages)
      offsets[partition] = next
      state.applyUpserts({
        tiles: upserts.flatMap((upsert) => (upsert.kind === 'tile' ? [upsert.tile] : [])),
        entries: upserts.flatMap((upsert) => (upsert.kind === 'entry' ? [upsert.entry] : [])),
        entities,
        newestAt: upserts.reduce((newest, upsert) => Math.max(newest, instantOf(upsert)), 0),
        count: messages.length,
        offsets: { [topic]: [...offsets] },
      })
      this.#checkpointer.noteApplied()
      count += messages.length
    }
    return count
  }

  /** Writes what was applied. */
  async settle(): Promise<void> {
    await this.#checkpointer.flush()
  }

  /** The record, if its bytes are one and its contract allows it. */
  async #judged(source: Source, { topic, value }: FedMessage) {
    const decoded = await this.#options.feed.decode(topic, value ?? Buffer.alloc(0))
    const fault = 'value' in decoded ? validators.get(source.name)?.(decoded.value) : undefined
    return fault === undefined || fault === null ? decoded : { poison: fault.reason }
  }

  #upserts(topic: string, messages: readonly FedMessage[]): readonly Upsert[] {
    const plan = this.#plans.get(topic)
    return plan === undefined ? [] : messages.map((message) => upsertOf(plan, message))
  }

  async #versions(topic: string, messages: readonly FedMessage[]): Promise<readonly LoggedRecord[]> {
    const source = this.#sources.get(topic)
    if (source === undefined) return []
    const records: LoggedRecord[] = []
    for (const message of messages) {
      const { partition, offset, timestampMs } = message
      const decoded = await this.#judged(source, message)
      if ('value' in decoded) {
        records.push({ topic: source.name, partition, offset, loggedAt: timestampMs, value: decoded.value })
        continue
      }
      this.#poisoned += 1
      this.#options.logger.warn(
        { topic, partition, offset, reason: decoded.poison },
        'a record cannot be read',
      )
      await this.#options.feed.keepPoison(message, decoded.poison)
    }
    return records
  }
}
