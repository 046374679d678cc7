import { type Clock, systemClock } from '../../core/clock.ts'
import { hash64Bytes } from '../../core/hash.ts'
import type { Logger } from '../../core/logger.ts'
import type { Imported, RefusedLine } from '../../datagen/importers/import-format.ts'
import type { Belongings } from '../../event-log/contract/erasing.ts'
import { type EventLog, OWN_INSTANT, REFUSED } from '../../event-log/contract/event-log.ts'
import type { Intake } from '../../features/stream/inprocess/click-orders.ts'
import { type HistoryEvent, startWriter, type Writer } from '../../features/stream/inprocess/writer.ts'
import { intakeOf, openShopLog, writerSettings } from '../embedded-shop.ts'
import { counted, type Report } from '../progress.ts'
import { catalog } from '../shop.ts'

export type ImportOptions = {
  readonly dataDir: string
  readonly imported: AsyncIterable<Imported> | Iterable<Imported>
  readonly logger: Logger
  readonly clock?: Clock
  readonly report?: Report
}

/** What became of everything that was read; the parts add up. */
export type ImportCounts = {
  /** Appended to the log, by topic. */
  readonly accepted: Readonly<Record<string, number>>
  /** Already there, by topic. */
  readonly duplicates: Readonly<Record<string, number>>
  /** Left out by a rule of the format, by rule. */
  readonly skipped: Readonly<Record<string, number>>
  /** Taken with a documented loss or guess, by rule. */
  readonly noted: Readonly<Record<string, number>>
  /** In the dead letters, by reason. */
  readonly refused: Readonly<Record<string, number>>
  readonly logPosition: number
}

/** Events of one body in the log. */
const BODY_EVENTS = 5000

/**
 * Appends what was read to the log of a data folder (made if absent), each event logged at its own instant.
 * What was imported before is recognised by its ids and does not count again.
 *
 * @throws EndcapError FOLDER_IN_USE, DATA_FOLDER, BAD_INPUT_FILE
 */
export async function importData(options: ImportOptions): Promise<ImportCounts> {
  const { dataDir, imported, logger, clock = systemClock, report } = options
  const log = await openShopLog({ dataDir })
  const whose = writerSettings(dataDir)
  let writer: Writer
  try {
    writer = await startWriter({ catalog, log, ...whose, clock, logger })
  } catch (error) {
    await log.close()
    throw error
  }
  try {
    const run = new ImportRun({ log, intake: intakeOf(writer), clock, erased: whose.erased })
    let read = 0
    for await (const each of imported) {
      await run.take(each)
      read += 1
      if (read % BODY_EVENTS === 0) report?.(`${counted(read)} read`)
    }
    return await run.finish()
  } finally {
    await writer.close()
  }
}

type Tally = Record<string, number>

type ImportTarget = {
  readonly log: EventLog
  readonly intake: Intake
  readonly clock: Clock
  readonly erased: Belongings | undefined
}

/** Gathers events and refused lines into bodies; one body is written while the next one is gathered. */
class ImportRun {
  readonly #log: EventLog
  readonly #intake: Intake
  readonly #clock: Clock
  readonly #erased: Belongings | undefined
  readonly #accepted: Tally = {}
  readonly #duplicates: Tally = {}
  readonly #skipped: Tally = {}
  readonly #noted: Tally = {}
  readonly #refused: Tally = {}
  #events: HistoryEvent[] = []
  #lines: RefusedLine[] = []
  #pending: Promise<void> = Promise.resolve()
  #letters: Promise<Set<bigint>> | undefined

  constructor({ log, intake, clock, erased }: ImportTarget) {
    this.#log = log
    this.#intake = intake
    this.#clock = clock
    this.#erased = erased
  }

  async take(imported: Imported): Promise<void> {
    switch (imported.kind) {
      case 'event':
        this.#events.push(imported)
        if (this.#events.length >= BODY_EVENTS) await this.#writeEvents()
        break
      case 'skipped':
        add(this.#skipped, imported.rule)
        break
      case 'noted':
        add(this.#noted, imported.rule, imported.count)
        break
      case 'refused':
        this.#lines.push(imported)
        if (this.#lines.length >= BODY_EVENTS) await this.#writeLines()
        break
    }
  }

  async finish(): Promise<ImportCounts> {
    await this.#writeEvents()
    await this.#writeLines()
    await this.#pending
    return {
      accepted: this.#accepted,
      duplicates: this.#duplicates,
      skipped: this.#skipped,
      noted: this.#noted,
      refused: this.#refused,
      logPosition: this.#log.position,
    }
  }

  async #writeEvents(): Promise<void> {
    const events = this.#events
    this.#events = []
    await this.#pending
    if (events.length > 0) this.#pending = this.#append(events)
  }

  async #append(events: readonly HistoryEvent[]): Promise<void> {
    const { results } = await this.#intake.appendHistory(events)
    const others = new Map(results.map((result) => [result.index, result]))
    for (const [index, { topic }] of events.entries()) {
      const result = others.get(index)
      if (result === undefined) add(this.#accepted, topic)
      else if (result.status === 'duplicate') add(this.#duplicates, topic)
      else add(this.#refused, result.reason)
    }
  }

  /** Lines that became no event go to the dead letters as they were read, with file and line; each once. */
  async #writeLines(): Promise<void> {
    const lines = this.#lines
    this.#lines = []
    await this.#pending
    for (const { reason } of lines) add(this.#refused, reason)
    this.#letters ??= lettersOf(this.#log)
    const known = await this.#letters
    const fresh = lines.flatMap((line) => {
      const text = JSON.stringify({ file: line.file, line: line.line, raw: line.raw })
      if (this.#erased?.isNamedIn(text) === true) return []
      const hash = hash64Bytes(Buffer.from(text))
      if (known.has(hash)) return []
      known.add(hash)
      return [{ ...line, text }]
    })
    if (fresh.length === 0) return
    await this.#log.append({
      body: Buffer.from(fresh.map(({ text }) => text).join('\n')),
      format: 'ndjson',
      arrivedAt: this.#clock(),
      loggedAt: OWN_INSTANT,
      newestLoggedAt: 0,
      statuses: new Uint8Array(fresh.length).fill(REFUSED),
      idHashes: new BigUint64Array(),
      refused: fresh.map(({ topic, reason, field }, index) => ({ index, topic, reason, field })),
    })
  }
}

async function lettersOf(log: EventLog): Promise<Set<bigint>> {
  const hashes = new Set<bigint>()
  for await (const { bytes } of log.deadLetters()) hashes.add(hash64Bytes(bytes))
  return hashes
}

function add(tally: Tally, name: string, count = 1): void {
  tally[name] = (tally[name] ?? 0) + count
}
