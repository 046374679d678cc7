import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { EndcapError } from '../../../core/errors.ts'
import { closeAfterFailure } from '../../../event-log/data-folder/close-after-failure.ts'
import { type FolderLock, lockFolder } from '../../../event-log/data-folder/folder-lock.ts'
import { asFolderError, checkLmdbFile } from '../../../event-log/data-folder/lmdb-file.ts'
import { inOneTransaction } from '../../../event-log/data-folder/transaction.ts'
import type {
  ChunkKey,
  Lots,
  Replacement,
  StateContent,
  StateMeta,
  StateStore,
  StoredChunk,
  StoredEntity,
} from '../state-store.ts'

const FORMAT = 1
/** Records of one transaction while everything is replaced. */
const REPLACE_BATCH = 20_000
/** Comes after every id. */
const LAST = '\u{10ffff}'

export type LmdbStateStoreOptions = {
  /** Folder of the state, made if absent. */
  readonly folder: string
  readonly readOnly?: boolean
}

/**
 * The state in its own LMDB environment: a record an owner and chunk, a record an entity, the words, and the
 * log position, committed together.
 *
 * @throws EndcapError FOLDER_IN_USE, UNKNOWN_FORMAT, CORRUPT; DATA_FOLDER if there is nothing to read
 */
export async function openLmdbStateStore(options: LmdbStateStoreOptions): Promise<StateStore> {
  const { folder, readOnly = false } = options
  if (readOnly && !existsSync(join(folder, 'data.mdb'))) {
    throw new EndcapError('DATA_FOLDER', `there is no state in '${folder}'`, {
      remedy: 'Start `endcap serve`, or run `endcap backfill`, once.',
    })
  }
  const lock = readOnly ? undefined : lockFolder(folder)
  try {
    checkLmdbFile(folder)
    // Event turn batching off: see the log's stores.
    const options = { noSubdir: false, eventTurnBatching: false, maxDbs: 12, readOnly }
    const root: RootDatabase<unknown, string> = open({ path: folder, ...options })
    const meta: Database<unknown, string> = root.openDB({ name: 'meta', encoding: 'json' })
    const format = meta.get('format')
    if (format !== undefined && format !== FORMAT) {
      await root.close()
      throw new EndcapError('UNKNOWN_FORMAT', `the state in '${folder}' has format ${format}, not ${FORMAT}`)
    }
    return new LmdbStateStore(root, meta, lock)
  } catch (error) {
    lock?.release()
    throw asFolderError(error, folder)
  }
}

/** Words, chunks and entities of one generation; `replace` writes the next one and then switches. */
type Stores = {
  readonly words: Database<string, number>
  readonly chunks: Database<Uint8Array, [group: number, owner: string, number: number]>
  readonly entities: Database<Omit<StoredEntity, 'source' | 'id'>, [source: string, id: string]>
}

type SavedMeta = StateMeta & { readonly generation: number }

class LmdbStateStore implements StateStore {
  readonly #root: RootDatabase<unknown, string>
  readonly #meta: Database<unknown, string>
  readonly #lock: FolderLock | undefined
  #saved: SavedMeta | null
  #stores: Stores
  #hasFailed = false

  constructor(
    root: RootDatabase<unknown, string>,
    meta: Database<unknown, string>,
    lock: FolderLock | undefined,
  ) {
    this.#root = root
    this.#meta = meta
    this.#lock = lock
    this.#saved = (meta.get('state') as SavedMeta | undefined) ?? null
    this.#stores = this.#openStores(this.#saved?.generation ?? 0)
  }

  meta = (): StateMeta | null => {
    if (this.#saved === null) return null
    const { generation: _generation, ...meta } = this.#saved
    return meta
  };

  *words(): Generator<string> {
    for (const { value } of this.#stores.words.getRange()) yield value
  }

  *chunks(group?: number): Generator<StoredChunk> {
    const range = group === undefined ? {} : { start: [group], end: [group + 1] }
    for (const { key, value } of this.#stores.chunks.getRange(range)) {
      yield { group: key[0], owner: key[1], number: key[2], bytes: value }
    }
  }

  chunk = ({ group, owner, number }: ChunkKey): Uint8Array | undefined =>
    this.#stores.chunks.get([group, owner, number]);

  *ownerChunks(group: number, owner: string): Generator<StoredChunk> {
    // Numbers are integers of at least 0, and no key of another owner lies between these two.
    const range = { start: [group, owner, 0], end: [group, owner, Number.MAX_SAFE_INTEGER] }
    for (const { key, value } of this.#stores.chunks.getRange(range)) {
      yield { group, owner, number: key[2], bytes: value }
    }
  }

  *owners(group: number): Generator<string> {
    let last: string | undefined
    for (const [, owner] of this.#stores.chunks.getKeys({ start: [group], end: [group + 1] })) {
      if (owner !== last) yield owner
      last = owner
    }
  }

  keysAfter(key: ChunkKey | null, limit: number): readonly ChunkKey[] {
    const start = key === null ? {} : { start: [key.group, key.owner, key.number + 1] }
    const keys = this.#stores.chunks.getKeys({ ...start, limit })
    return Array.from(keys, ([group, owner, number]) => ({ group, owner, number }))
  }

  *entities(source?: string): Generator<StoredEntity> {
    const range = source === undefined ? {} : { start: [source], end: [source, LAST] }
    for (const { key, value } of this.#stores.entities.getRange(range)) {
      yield { source: key[0], id: key[1], ...value }
    }
  }

  entity = (source: string, id: string): StoredEntity | undefined => {
    const value = this.#stores.entities.get([source, id])
    return value && { source, id, ...value }
  }

  commit = (content: StateContent): Promise<void> => this.#noting(this.#commit(content))

  /** What is written here is not seen before the last transaction names it. */
  replace = (content: Replacement): Promise<void> => this.#noting(this.#replace(content))

  async #noting(writing: Promise<void>): Promise<void> {
    try {
      await writing
    } catch (error) {
      this.#hasFailed = true
      throw error
    }
  }

  async #commit(content: StateContent): Promise<void> {
    this.#requireWriter()
    const generation = this.#saved?.generation ?? 0
    await inOneTransaction(this.#root, [
      ...puts(this.#stores, content),
      ...this.#metaPuts(content.meta, generation),
    ])
    this.#saved = { ...content.meta, generation }
    // A read that is under way has the state of before.
    this.#root.resetReadTxn()
  }

  async #replace(content: Replacement): Promise<void> {
    this.#requireWriter()
    const generation = (this.#saved?.generation ?? 0) + 1
    const [old, fresh] = [this.#stores, this.#openStores(generation)]
    // What a replacement that was cut off left behind.
    await Promise.all([fresh.words.clearAsync(), fresh.chunks.clearAsync(), fresh.entities.clearAsync()])
    await this.#write(content.chunks, ({ group, owner, number, bytes }) =>
      fresh.chunks.putSync([group, owner, number], bytes),
    )
    await this.#write(content.entities, ({ source, id, ...entity }) =>
      fresh.entities.putSync([source, id], entity),
    )
    const words: Lots<readonly [number: number, word: string]> = [numbered(content.words())]
    await this.#write(words, ([number, word]) => fresh.words.putSync(number, word))
    await inOneTransaction(this.#root, this.#metaPuts(content.meta, generation))
    this.#saved = { ...content.meta, generation }
    this.#stores = fresh
    await Promise.all([old.words.drop(), old.chunks.drop(), old.entities.drop()])
  }

  /** Without a promise a record: there are millions of them, and nobody else waits. */
  async #write<T>(lots: Lots<T>, put: (one: T) => void): Promise<void> {
    let batch: T[] = []
    const write = () => {
      this.#root.transactionSync(() => {
        for (const one of batch) put(one)
      })
      batch = []
    }
    for await (const lot of lots) {
      for (const one of lot) {
        batch.push(one)
        if (batch.length === REPLACE_BATCH) write()
      }
    }
    if (batch.length > 0) write()
  }

  async close(): Promise<void> {
    try {
      if (this.#hasFailed) await closeAfterFailure(() => this.#root.close())
      else await this.#root.close()
    } finally {
      this.#lock?.release()
    }
  }

  #metaPuts(meta: StateMeta, generation: number): readonly Put[] {
    return [() => this.#meta.put('format', FORMAT), () => this.#meta.put('state', { ...meta, generation })]
  }

  #openStores(generation: number): Stores {
    return {
      words: this.#root.openDB({ name: `words-${generation}`, encoding: 'string' }),
      chunks: this.#root.openDB({ name: `chunks-${generation}`, encoding: 'binary' }),
      entities: this.#root.openDB({ name: `entities-${generation}`, encoding: 'json' }),
    }
  }

  #requireWriter(): void {
    if (this.#lock === undefined) throw new Error('bug: write to a state opened for reading')
  }
}

type Put = () => Promise<boolean>

function* puts(stores: Stores, content: StateContent): Generator<Put> {
  for (const [number, word] of numbered(content.words, content.firstWord)) {
    yield () => stores.words.put(number, word)
  }
  for (const { group, owner, number, bytes } of content.chunks) {
    yield () => stores.chunks.put([group, owner, number], bytes)
  }
  for (const { group, owner, number } of content.removed ?? []) {
    yield () => stores.chunks.remove([group, owner, number])
  }
  for (const { source, id, ...entity } of content.entities) {
    yield () => stores.entities.put([source, id], entity)
  }
}

function* numbered(words: Iterable<string>, first = 0): Generator<readonly [number: number, word: string]> {
  let number = first
  for (const word of words) yield [number++, word]
}
