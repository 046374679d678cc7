import type { LoggedRecord, RecordValue } from '../../../algebra/source.ts'
import { TILES } from '../../../algebra/view.ts'
import { AccountingCurrency, type CurrencySetting } from '../../../catalog/accounting-currency.ts'
import type { Catalog } from '../../../catalog/catalog.ts'
import type { Clock } from '../../../core/clock.ts'
import { durationMs } from '../../../core/duration.ts'
import { EndcapError } from '../../../core/errors.ts'
import type { Logger } from '../../../core/logger.ts'
import { type BodyFormat, parseBody } from '../../../event-log/contract/body-format.ts'
import type { Belongings } from '../../../event-log/contract/erasing.ts'
import { type DeadLetter, type EventLog, OWN_INSTANT } from '../../../event-log/contract/event-log.ts'
import type { OnlineState } from '../../online/online-state.ts'
import { adoptCurrency } from './adopt-currency.ts'
import { Checkpointer } from './checkpointer.ts'
import { EventJudge, isSound } from './event-judge.ts'
import { IdSet } from './id-set.ts'
import { type IngestCount, IngestTally } from './ingest-tally.ts'
import { loggedBody } from './logged-body.ts'
import { type Redriven, type RedriveOptions, redrive } from './redrive.ts'
import { type EventResult, type Judged, select } from './selection.ts'
import { threadCpuMs } from './thread-cpu.ts'
import { turnAway } from './turn-away.ts'

/** Most events of one body. */
export const MAX_EVENTS = 10_000
/** Bodies that wait for the disk may hold this much; beyond it new ones are turned away. */
const MAX_PENDING_BYTES = 128 * 1024 * 1024
/** Replayed records between two checkpoints. */
const REPLAY_CHECKPOINT = 50_000

export type WriterOptions = {
  readonly catalog: Catalog
  readonly log: EventLog
  /** Absent: events are appended and nothing else, as for an import. */
  readonly state?: OnlineState
  /** Those who were erased: what is theirs is refused and not stored. Absent: nobody was. */
  readonly erased?: Belongings | undefined
  /** Absent: the currency of the first product or order line, and no other. */
  readonly currency?: CurrencySetting
  readonly clock: Clock
  readonly logger: Logger
}

export type IngestResult = {
  readonly accepted: number
  readonly duplicates: number
  readonly refused: number
  /** Those that did not count, by index. */
  readonly results: readonly EventResult[]
  /** Log records once this body is in. */
  readonly logPosition: number
}

/** CPU milliseconds of the main thread by step; `appendWait` is wall time until a body is on disk and has its turn. */
export type WriterTimes = {
  parse: number
  validate: number
  dedupe: number
  append: number
  appendWait: number
  apply: number
  checkpoint: number
}

/** One event of history, of a known topic. */
export type HistoryEvent = { readonly topic: string; readonly value: RecordValue }

/** Opens the way in: ids seen are read back, and what the log has beyond the state is applied. */
export async function startWriter(options: WriterOptions): Promise<Writer> {
  const writer = new Writer(options)
  await writer.recover()
  return writer
}

/**
 * The one way in: validate, deduplicate, append (durable), apply, answer. The state follows by checkpoints and
 * is brought up to the log at the next start, so a crash at any instant loses nothing that was answered and
 * counts nothing twice.
 */
export class Writer {
  readonly times: WriterTimes = {
    parse: 0,
    validate: 0,
    dedupe: 0,
    append: 0,
    appendWait: 0,
    apply: 0,
    checkpoint: 0,
  }
  readonly #options: WriterOptions
  readonly #currency: AccountingCurrency
  readonly #judge: EventJudge
  readonly #tally: IngestTally
  readonly #horizonMs: number
  readonly #checkpointer: Checkpointer | undefined
  readonly #ids: IdSet
  #allIds: Promise<void> | undefined
  #erased: Belongings | undefined
  #tail: Promise<void> = Promise.resolve()
  #pendingBytes = 0
  #failure: EndcapError | undefined
  #isReady = false

  constructor(options: WriterOptions) {
    const { catalog, state, logger, clock } = options
    this.#options = options
    this.#erased = options.erased
    this.#currency = new AccountingCurrency(options.currency)
    this.#judge = new EventJudge(catalog, this.#currency)
    this.#tally = new IngestTally(catalog)
    const tileMs = Math.max(...catalog.views.map(({ tile }) => durationMs(TILES[tile])))
    this.#horizonMs = catalog.horizon.lateMs + catalog.horizon.futureMs + tileMs
    this.#ids = new IdSet(this.#horizonMs, clock())
    this.#checkpointer = state === undefined ? undefined : new Checkpointer(state, logger)
  }

  /** Whether events are taken: false while the log is replayed, after a failure and once closed. */
  get isReady(): boolean {
    return this.#isReady && this.#failure === undefined
  }

  /** The accounting currency; undefined until a setting or a record says it. */
  get currencyCode(): string | undefined {
    return this.#currency.code
  }

  get logPosition(): number {
    return this.#options.log.position
  }

  /** Records applied to the state; the log's position where there is none. */
  get appliedPosition(): number {
    return this.#options.state?.position() ?? this.logPosition
  }

  /** What became of the events that were taken in since the start, replayed ones aside. */
  ingestCounts = (): readonly IngestCount[] => this.#tally.counts()

  async recover(): Promise<void> {
    const { log, state, clock, logger } = this.#options
    // A clock that is ahead must not make ids forgotten that may come again once it is right.
    const now = Math.min(clock(), log.newestLoggedAt())
    for await (const hashes of log.idHashes(now - this.#horizonMs)) {
      for (const hash of hashes) this.#ids.add(hash)
    }
    if (state !== undefined) {
      const from = state.position()
      if (from > log.position) {
        throw new EndcapError('CORRUPT', `the state is at record ${from}, the log ends at ${log.position}`)
      }
      let unsaved = 0
      for await (const records of log.read(from)) {
        state.applyBatch(records)
        unsaved += records.length
        if (unsaved >= REPLAY_CHECKPOINT) {
          await state.checkpoint()
          unsaved = 0
        }
      }
      if (state.position() > from) logger.info({ from, to: state.position() }, 'replayed the log')
      await state.checkpoint()
    }
    await adoptCurrency(this.#currency, log, state)
    this.#isReady = true
  }

  /**
   * Takes a body of events in. When it resolves, what was accepted is on disk and in the state.
   * @throws EndcapError BAD_REQUEST, PAYLOAD_TOO_LARGE; NOT_READY; DATA_FOLDER if the disk failed
   */
  async ingest(body: Uint8Array, format: BodyFormat): Promise<IngestResult> {
    this.#requireReady()
    const { clock, log } = this.#options
    const startedAt = threadCpuMs()
    const events = parseBody(body, format)
    if (events.length > MAX_EVENTS) {
      throw new EndcapError('PAYLOAD_TOO_LARGE', `${events.length} events in one call`)
    }
    const parsedAt = threadCpuMs()
    this.times.parse += parsedAt - startedAt
    const loggedAt = clock()
    const judgements = events.map((event) => this.#judge.judge(event, loggedAt))
    this.times.validate += threadCpuMs() - parsedAt
    this.#ids.expire(loggedAt)
    const logged = loggedBody({ body, format, events, judgements })
    return this.#write(
      log,
      this.#turnAway({ body: logged, format, arrivedAt: loggedAt, loggedAt, judgements }, events),
    )
  }

  /**
   * Takes history in: each event was logged at its own instant, so none is late, and ids are compared with
   * those of the whole log. What claims to be of the future is refused as it would be if it came by itself.
   * @throws EndcapError NOT_READY, DATA_FOLDER
   */
  async appendHistory(events: readonly HistoryEvent[]): Promise<IngestResult> {
    this.#requireReady()
    const { log, clock } = this.#options
    this.#allIds ??= this.#readAllIds(log)
    await this.#allIds
    const arrivedAt = clock()
    const judgements = events.map(({ topic, value }) => this.#judge.judgeHistory(topic, value, arrivedAt))
    const lines = events.map(({ value }, index) => {
      const judgement = judgements[index]
      return JSON.stringify(judgement !== undefined && isSound(judgement) ? judgement.value : value)
    })
    const body = Buffer.from(lines.join('\n'))
    const judged: Judged = { body, format: 'ndjson', arrivedAt, loggedAt: OWN_INSTANT, judgements }
    return this.#write(
      log,
      this.#turnAway(
        judged,
        events.map(({ value }) => value),
      ),
    )
  }

  /**
   * Judges dead letters again and takes in those that are sound now; ids are compared with those of the whole log.
   * What is refused again stays as it was.
   * @throws EndcapError NOT_READY, DATA_FOLDER
   */
  async redrive(letters: readonly DeadLetter[], options: RedriveOptions = {}): Promise<readonly Redriven[]> {
    this.#requireReady()
    const { log, clock } = this.#options
    this.#allIds ??= this.#readAllIds(log)
    await this.#allIds
    return redrive(letters, options, {
      judge: this.#judge,
      now: clock(),
      write: async (judged, events) => (await this.#write(log, this.#turnAway(judged, events))).results,
    })
  }

  /** From now on what belongs to these people is refused, beside what has been. */
  turnAwayFrom(erased: Belongings): void {
    this.#erased = erased
  }

  /** Waits for what is under way, checkpoints, and closes the state and the log. */
  async close(): Promise<void> {
    this.#isReady = false
    await this.#tail.catch(() => {})
    const { state, log } = this.#options
    try {
      await this.#checkpointer?.settled()
      await state?.close()
    } finally {
      await log.close()
    }
  }

  #turnAway(judged: Judged, events: readonly unknown[]): Judged {
    const erased = this.#erased
    return erased === undefined ? judged : turnAway(judged, events, { judge: this.#judge, erased })
  }

  async #write(log: EventLog, judged: Judged): Promise<IngestResult> {
    const startedAt = threadCpuMs()
    const { entry, accepted, results } = select(judged, log.position, { judge: this.#judge, ids: this.#ids })
    const selectedAt = threadCpuMs()
    this.times.dedupe += selectedAt - startedAt
    const { body } = judged
    this.#pendingBytes += body.length
    const appended = log.append(entry)
    const logPosition = log.position
    this.times.append += threadCpuMs() - selectedAt
    const waitsSince = performance.now()
    // In the order of the log, whichever append resolves first; a duplicate is answered after its original.
    const applied = Promise.all([this.#tail, appended]).then(() => {
      this.times.appendWait += performance.now() - waitsSince
      this.#apply(accepted)
    })
    this.#tail = applied
    try {
      await applied
    } catch (cause) {
      this.#fail(cause)
    } finally {
      this.#pendingBytes -= body.length
    }
    this.#tally.add(judged.judgements, entry)
    const duplicates = results.filter(({ status }) => status === 'duplicate').length
    const refused = results.length - duplicates
    return { accepted: accepted.length, duplicates, refused, results, logPosition }
  }

  #apply(records: readonly LoggedRecord[]): void {
    const { state } = this.#options
    if (state === undefined) return
    const startedAt = threadCpuMs()
    state.applyBatch(records)
    this.times.apply += threadCpuMs() - startedAt
    this.#checkpointer?.noteApplied()
    this.times.checkpoint = this.#checkpointer?.busyMs ?? 0
  }

  async #readAllIds(log: EventLog): Promise<void> {
    this.#ids.keepAll()
    for await (const hashes of log.idHashes(0)) for (const hash of hashes) this.#ids.add(hash)
  }

  /** What is in memory is ahead of the disk: nothing more is taken until a restart. */
  #fail(cause: unknown): never {
    this.#failure ??=
      cause instanceof EndcapError
        ? cause
        : new EndcapError('DATA_FOLDER', 'events could not be written', { cause })
    throw this.#failure
  }

  #requireReady(): void {
    if (this.#failure !== undefined) throw this.#failure
    if (!this.#isReady) throw new EndcapError('NOT_READY', 'the log is being replayed, or closed')
    if (this.#pendingBytes > MAX_PENDING_BYTES) {
      throw new EndcapError('NOT_READY', 'too many events wait for the disk', {
        remedy: 'Send them again in a moment.',
      })
    }
  }
}
