import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { DAY_MS, HOUR_MS } from '../../../core/duration.ts'
import { EndcapError } from '../../../core/errors.ts'
import { uuidv7 } from '../../../core/ids.ts'
import type { Logger } from '../../../core/logger.ts'
import { closeAfterFailure } from '../../../event-log/data-folder/close-after-failure.ts'
import { type FolderLock, lockFolder } from '../../../event-log/data-folder/folder-lock.ts'
import { asFolderError, checkLmdbFile } from '../../../event-log/data-folder/lmdb-file.ts'
import { type DecisionRecord, decodeRecord, encodeRecord } from '../decision-record.ts'
import type { DecisionStore } from '../decision-store.ts'

const FORMAT = 1
const WRITE_EVERY_MS = 100
/** Records that wait in memory at most; about 10 KB each. */
const MOST_WAITING = 5000
const SWEEP_EVERY_MS = HOUR_MS
export const DEFAULT_RETENTION_MS = 30 * DAY_MS

export type LmdbDecisionStoreOptions = {
  /** Made if absent. */
  readonly folder: string
  readonly logger: Logger
  /** How long a decision is kept. */
  readonly retentionMs?: number
  readonly readOnly?: boolean
}

/**
 * Decisions in an LMDB environment of their own, a record each, by id: a UUIDv7, so in the order of time. Written ten
 * times a second, off the way of requests; what a slow disk leaves no room for is counted and lost.
 *
 * @throws EndcapError FOLDER_IN_USE, UNKNOWN_FORMAT, CORRUPT; DATA_FOLDER if there is nothing to read
 */
export async function openLmdbDecisionStore(options: LmdbDecisionStoreOptions): Promise<DecisionStore> {
  const { folder, readOnly = false } = options
  if (readOnly && !existsSync(join(folder, 'data.mdb'))) {
    throw new EndcapError('DATA_FOLDER', `there are no decisions in '${folder}'`, {
      remedy: 'Decisions are kept from the first answer of `endcap serve` on.',
    })
  }
  const lock = readOnly ? undefined : lockFolder(folder)
  try {
    checkLmdbFile(folder)
    const root: RootDatabase<unknown, string> = open({
      path: folder,
      noSubdir: false,
      eventTurnBatching: false,
      maxDbs: 4,
      readOnly,
    })
    const meta: Database<unknown, string> = root.openDB({ name: 'meta', encoding: 'json' })
    const format = meta.get('format')
    if (format !== undefined && format !== FORMAT) {
      await root.close()
      throw new EndcapError(
        'UNKNOWN_FORMAT',
        `the decisions in '${folder}' have format ${format}, not ${FORMAT}`,
      )
    }
    if (!readOnly && format === undefined) await meta.put('format', FORMAT)
    return new LmdbDecisionStore(root, lock, options)
  } catch (error) {
    lock?.release()
    throw asFolderError(error, folder)
  }
}

class LmdbDecisionStore implements DecisionStore {
  readonly #root: RootDatabase<unknown, string>
  readonly #records: Database<Buffer, string>
  readonly #lock: FolderLock | undefined
  readonly #logger: Logger
  readonly #retentionMs: number
  /** Encoded when they come: bytes outside of the heap are not moved about by the garbage collector. */
  #waiting = new Map<string, Buffer>()
  #writing: ReadonlyMap<string, Buffer> = new Map()
  #newestAt = 0
  #written = 0
  #taken = 0
  #lost = 0
  #sweptAt = 0
  #hasFailed = false
  #timer: NodeJS.Timeout | undefined
  #underWay: Promise<void> = Promise.resolve()

  constructor(
    root: RootDatabase<unknown, string>,
    lock: FolderLock | undefined,
    { logger, retentionMs = DEFAULT_RETENTION_MS }: LmdbDecisionStoreOptions,
  ) {
    this.#root = root
    this.#lock = lock
    this.#logger = logger
    this.#retentionMs = retentionMs
    this.#records = root.openDB({ name: 'decisions', encoding: 'binary', compression: true })
  }

  put = (record: DecisionRecord): void => {
    this.#taken += 1
    if (this.#waiting.size >= MOST_WAITING || this.#hasFailed) {
      this.#lost += 1
      return
    }
    this.#newestAt = Math.max(this.#newestAt, record.decidedAt)
    this.#waiting.set(record.decisionId, Buffer.from(encodeRecord(record)))
    this.#schedule()
  }

  get = (decisionId: string): DecisionRecord | null => {
    const bytes =
      this.#waiting.get(decisionId) ?? this.#writing.get(decisionId) ?? this.#records.get(decisionId)
    return bytes === undefined ? null : decodeRecord(bytes.toString())
  };

  *all(): Generator<DecisionRecord> {
    for (const { value } of this.#records.getRange()) yield decodeRecord(value.toString())
  }

  counts = () => ({ taken: this.#taken, written: this.#written, lost: this.#lost })

  flush = async (): Promise<void> => {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#underWay
    await this.#write()
  }

  close = async (): Promise<void> => {
    try {
      if (this.#lock !== undefined) await this.flush()
      if (this.#hasFailed) await closeAfterFailure(() => this.#root.close())
      else await this.#root.close()
    } finally {
      this.#lock?.release()
    }
  }

  #schedule(): void {
    if (this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#underWay = this.#write().finally(() => {
        this.#timer = undefined
        if (this.#waiting.size > 0) this.#schedule()
      })
    }, WRITE_EVERY_MS).unref()
  }

  /** Never throws: what cannot be written is lost, said once, and costs no request anything. */
  async #write(): Promise<void> {
    const records = this.#waiting
    if (records.size === 0) return
    this.#waiting = new Map()
    this.#writing = records
    try {
      const newest = this.#newestAt
      await this.#root.transaction(() => {
        for (const [id, bytes] of records) this.#records.put(id, bytes)
        if (newest - this.#sweptAt >= SWEEP_EVERY_MS) this.#sweep(newest)
      })
      this.#written += records.size
    } catch (error) {
      this.#hasFailed = true
      this.#lost += records.size
      this.#logger.error({ err: error }, 'decisions cannot be kept any more; answers go on without records')
    } finally {
      this.#writing = new Map()
    }
  }

  /** Removes what is older than the retention. */
  #sweep(now: number): void {
    this.#sweptAt = now
    const end = uuidv7(Math.max(0, now - this.#retentionMs)).slice(0, TIME_LENGTH)
    for (const id of this.#records.getKeys({ end })) this.#records.remove(id)
  }
}

/** The part of a UUIDv7 that is the instant. */
const TIME_LENGTH = 13
