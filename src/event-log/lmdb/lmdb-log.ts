import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Database, RootDatabase } from 'lmdb'
import type { LoggedRecord, Source } from '../../algebra/source.ts'
import { EndcapError } from '../../core/errors.ts'
import { deadLettersOf, decodeDeadLetter, encodeDeadLetter } from '../contract/dead-letter-record.ts'
import type { DeadLetter, EventLog, LogEntry } from '../contract/event-log.ts'
import { decodeLogRecord, encodeLogRecord } from '../contract/log-record.ts'
import { closeAfterFailure } from '../data-folder/close-after-failure.ts'
import { type FolderLock, lockFolder } from '../data-folder/folder-lock.ts'
import { asFolderError, checkLmdbFile } from '../data-folder/lmdb-file.ts'
import { inOneTransaction } from '../data-folder/transaction.ts'
import { LOG_FORMAT, openRoot, openStores, type Stores } from './log-stores.ts'

export type LmdbLogOptions = {
  /** Folder of the log, made if absent. */
  readonly folder: string
  /** What status bytes number; only ever appended to. */
  readonly sources: readonly Source[]
  /** Reads beside the one writer; appending is then a bug. */
  readonly readOnly?: boolean
}

/**
 * The log in its own LMDB environment: one record a body, one with its id hashes, in one transaction that is
 * flushed to disk before `append` resolves.
 *
 * @throws EndcapError FOLDER_IN_USE, UNKNOWN_FORMAT, CORRUPT; DATA_FOLDER if there is nothing to read
 */
export async function openLmdbLog(options: LmdbLogOptions): Promise<EventLog> {
  const { folder, readOnly = false } = options
  if (readOnly && !existsSync(join(folder, 'data.mdb'))) {
    throw new EndcapError('DATA_FOLDER', `there is no log in '${folder}'`)
  }
  const lock = readOnly ? undefined : lockFolder(folder)
  try {
    checkLmdbFile(folder)
    const root = openRoot(folder, readOnly)
    try {
      const stores = openStores(root)
      await checkFormat(stores, folder, readOnly)
      return new LmdbLog(root, stores, options.sources, lock)
    } catch (error) {
      await root.close()
      throw error
    }
  } catch (error) {
    lock?.release()
    throw asFolderError(error, folder)
  }
}

async function checkFormat({ meta, bodies }: Stores, folder: string, readOnly: boolean): Promise<void> {
  const format = meta.get('format')
  if (format === LOG_FORMAT) return
  if (format !== undefined || readOnly || bodies.getKeysCount({ limit: 1 }) > 0) {
    throw new EndcapError(
      'UNKNOWN_FORMAT',
      `the log in '${folder}' has format ${format}, not ${LOG_FORMAT}`,
      {
        remedy: 'Open it with the version that wrote it.',
      },
    )
  }
  await meta.put('format', LOG_FORMAT)
}

class LmdbLog implements EventLog {
  position: number
  deadLetterCount: number
  readonly #root: RootDatabase<unknown, string>
  readonly #stores: Stores
  readonly #sources: readonly Source[]
  readonly #lock: FolderLock | undefined
  #failure: EndcapError | undefined

  constructor(
    root: RootDatabase<unknown, string>,
    stores: Stores,
    sources: readonly Source[],
    lock: FolderLock | undefined,
  ) {
    this.#root = root
    this.#stores = stores
    this.#sources = sources
    this.#lock = lock
    this.position = endOf(stores)
    this.deadLetterCount = (lastKey(stores.dead) ?? -1) + 1
  }

  async append(entry: LogEntry): Promise<void> {
    if (this.#lock === undefined) throw new Error('bug: append to a log opened for reading')
    if (this.#failure !== undefined) throw this.#failure
    const { bodies, hashes, dead } = this.#stores
    const firstOffset = this.position
    const letters = deadLettersOf(entry, this.deadLetterCount)
    this.position += entry.idHashes.length
    this.deadLetterCount += letters.length
    try {
      const record = [
        () => bodies.put(firstOffset, encodeLogRecord(entry)),
        () => hashes.put(firstOffset, encodeHashes(entry)),
      ]
      await inOneTransaction(this.#root, [
        ...(entry.idHashes.length > 0 ? record : []),
        ...[...letters, ...this.#settled(entry)].map(
          (letter) => () => dead.put(letter.sequence, encodeDeadLetter(letter)),
        ),
      ])
    } catch (cause) {
      // What is in memory is ahead of the disk now: only a restart brings them together again.
      this.#failure = new EndcapError('DATA_FOLDER', 'the log could not be written to disk', { cause })
      throw this.#failure
    }
  }

  #settled({ settles = [], arrivedAt }: LogEntry): readonly DeadLetter[] {
    return settles.flatMap((sequence) => {
      const record = this.#stores.dead.get(sequence)
      return record === undefined ? [] : [{ ...decodeDeadLetter(record, sequence), settledAt: arrivedAt }]
    })
  }

  async *read(from: number): AsyncGenerator<readonly LoggedRecord[]> {
    const { bodies } = this.#stores
    // A body at a time, so that no read transaction stays open while the caller works.
    let next: number | undefined = [...bodies.getKeys({ start: from, reverse: true, limit: 1 })][0] ?? 0
    while (next !== undefined) {
      const [entry]: readonly { key: number; value: Buffer }[] = [
        ...bodies.getRange({ start: next, limit: 1 }),
      ]
      if (entry === undefined) return
      const records = decodeLogRecord(entry.value, entry.key, this.#sources)
      next = entry.key + records.length
      const wanted = entry.key >= from ? records : records.filter(({ offset }) => offset >= from)
      if (wanted.length > 0) yield wanted
    }
  }

  async *idHashes(since: number): AsyncGenerator<BigUint64Array> {
    for (const { value } of this.#stores.hashes.getRange()) {
      if (value.readDoubleLE(0) < since) continue
      yield new BigUint64Array(Uint8Array.prototype.slice.call(value, 8).buffer)
    }
  }

  newestLoggedAt(): number {
    let newest = 0
    for (const { value } of this.#stores.hashes.getRange()) newest = Math.max(newest, value.readDoubleLE(0))
    return newest
  }

  async *deadLetters(from = 0): AsyncGenerator<DeadLetter> {
    for (let sequence = from; ; sequence += 1) {
      const record = this.#stores.dead.get(sequence)
      if (record === undefined) return
      yield decodeDeadLetter(record, sequence)
    }
  }

  async close(): Promise<void> {
    try {
      if (this.#failure === undefined) await this.#root.close()
      else await closeAfterFailure(() => this.#root.close())
    } finally {
      this.#lock?.release()
    }
  }
}

function encodeHashes({ newestLoggedAt, idHashes }: LogEntry): Buffer {
  const head = Buffer.alloc(8)
  head.writeDoubleLE(newestLoggedAt)
  return Buffer.concat([head, new Uint8Array(idHashes.buffer, idHashes.byteOffset, idHashes.byteLength)])
}

/** Offset after the last record: the last body's first offset and how many hashes it has. */
function endOf({ hashes }: Stores): number {
  const last = lastKey(hashes)
  if (last === undefined) return 0
  return last + ((hashes.get(last)?.length ?? 8) - 8) / 8
}

const lastKey = (store: Database<Buffer, number>): number | undefined =>
  [...store.getKeys({ reverse: true, limit: 1 })][0]
