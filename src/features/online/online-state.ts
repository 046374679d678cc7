import type { LoggedRecord, RecordValue } from '../../algebra/source.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { IncrementalEngine } from '../../compile/inprocess/incremental.ts'
import { writeChunk } from '../../compile/inprocess/incremental-codec.ts'
import type { Chunk } from '../../compile/inprocess/incremental-owners.ts'
import {
  type DropEntry,
  dropEntry,
  PART_COLUMN,
  type PutEntry,
  type PutTile,
  putEntry,
  putTile,
  withParts,
} from '../../compile/inprocess/put-tiles.ts'
import { VarintWriter } from '../../compile/inprocess/varint.ts'
import { hasParts, wholeTiles } from '../../compile/inprocess/whole-tiles.ts'
import { windowOfTiles } from '../../compile/merge-tiles.ts'
import { planView } from '../../compile/plan.ts'
import { keptFrom } from '../../compile/retention.ts'
import type { TileRow, WindowRow } from '../../compile/tile.ts'
import { windowSpan } from '../../compile/window.ts'
import { floorTo } from '../../core/duration.ts'
import { EndcapError } from '../../core/errors.ts'
import { hash8 } from '../../core/hash.ts'
import { Entities } from './entities.ts'
import { Expiry } from './expiry.ts'
import { stateHash } from './state-hash.ts'
import type { StateContent, StateMeta, StateStore, StoredChunk, StoredEntity } from './state-store.ts'
import { StoredChunks } from './stored-chunks.ts'

export type OnlineStateOptions = {
  readonly catalog: Catalog
  readonly store: StateStore
  /** What shoppers and visits may take of memory, about; what has not been stored yet stays beyond that. */
  readonly maxShopperBytes?: number
  /** Tiles are counted elsewhere, in parts, and put in by `applyUpserts`. Absent: counted here, record by record. */
  readonly isMaterialised?: boolean
}

const MAX_SHOPPER_BYTES = 256 * 1024 * 1024

/**
 * Figures of products are read with every answer and stay in memory; owners of any other kind are taken from the
 * store when they are asked for.
 */
const isPaged = (column: string): boolean => column !== 'sku'

/** What a materialised state is made of. */
export type Upserts = {
  readonly tiles: readonly PutTile[]
  readonly entries: readonly (PutEntry | DropEntry)[]
  /** Versions of entities, as logged. */
  readonly entities: readonly LoggedRecord[]
  /** Instant of the newest event among them that is known, epoch ms. */
  readonly newestAt: number
  /** Records that they came in. */
  readonly count: number
  /** Where the topics that they came from go on, by partition. */
  readonly offsets: Readonly<Record<string, readonly number[]>>
}

/** Called with a view and the owner (first key column) whose tiles changed, or with a topic and an entity. */
export type ChangeListener = (name: string, owner: string) => void

/**
 * Opens the state as its store last committed it. If the definitions have changed since, it starts empty at
 * position 0, for the writer to fill from the log.
 */
export async function openOnlineState(options: OnlineStateOptions): Promise<OnlineState> {
  const state = new OnlineState(options)
  await state.load()
  return state
}

/**
 * The features as they are now: tiles of every view and the winning entities, kept up to date record by record, and
 * written to a store together with the log position. What was asked for lately is in memory, products always. Reads
 * see all that has been applied, and do not wait.
 */
export class OnlineState {
  readonly #store: StateStore
  readonly #catalogHash: string
  readonly #engine: IncrementalEngine
  readonly #stored: StoredChunks
  readonly #entities: Entities
  readonly #expiry: Expiry
  #position = 0
  #offsets: Readonly<Record<string, readonly number[]>> = {}
  #newestAt = 0
  #savedWords = 0
  #savedPosition = 0
  #failure: EndcapError | undefined
  /** What the store holds was made by other definitions: the first checkpoint replaces all of it. */
  #isOfOtherDefinitions = false
  readonly #listeners: ChangeListener[] = []
  readonly #eventTimes: ReadonlyMap<string, string>
  readonly #writer = new VarintWriter()

  constructor(options: OnlineStateOptions) {
    const { catalog, store, maxShopperBytes = MAX_SHOPPER_BYTES, isMaterialised = false } = options
    this.#store = store
    this.#stored = new StoredChunks(store)
    this.#engine = new IncrementalEngine(
      catalog.views
        .map((view) => planView(view, catalog.horizon))
        .map((plan) => (isMaterialised ? withParts(plan) : plan)),
      { source: this.#stored, isPaged, maxBytes: maxShopperBytes },
    )
    this.#entities = new Entities(catalog.sources)
    this.#expiry = new Expiry(store, this.#engine.groups)
    this.#catalogHash = catalogHash(catalog, this.#engine)
    const streamed = catalog.streams.flatMap(({ branches }) => branches.map(({ source }) => source))
    this.#eventTimes = new Map(streamed.map(({ name, at }) => [name, at]))
  }

  /** Number of log records that have been applied. */
  position = (): number => this.#position

  /** Log records that outlive the process. */
  savedPosition = (): number => this.#savedPosition

  /** Instant of the newest event that has been applied, epoch ms; 0 in an empty shop. */
  newestAt = (): number => this.#newestAt

  /** All kept tiles of a view for one key, in no particular order. @throws EndcapError NOT_FOUND */
  tiles = (view: string, key: readonly string[]): readonly TileRow[] => {
    const { plan } = this.#engine.locate(view).folder
    const tiles = this.#engine.keyTiles(view, key, keptFrom(plan, this.#newestAt))
    return hasParts(plan) ? wholeTiles(plan, tiles) : tiles
  }

  /** All kept tiles of a view whose first key column is `owner`, in no particular order. @throws EndcapError NOT_FOUND */
  ownerTiles = (view: string, owner: string): readonly TileRow[] => this.tiles(view, [owner])

  /**
   * A window of a view for all keys that begin with `key`. An end of the window that lies before the newest event
   * is rounded down to a tile: the exact past is the lake's to tell.
   * @throws EndcapError NOT_FOUND for a view or window that is not defined
   */
  window = (view: string, key: readonly string[], name: string, asOf: number): readonly WindowRow[] => {
    const { plan } = this.#engine.locate(view).folder
    const window = plan.view.windows[name]
    if (window === undefined) throw new EndcapError('NOT_FOUND', `view '${view}' has no window '${name}'`)
    const span = windowSpan(window, asOf, plan.tileMs)
    const to = span.to > this.#newestAt ? span.to : floorTo(span.to, plan.tileMs)
    return windowOfTiles(plan, this.tiles(view, key), { from: span.from, to })
  };

  /** Values of a view's first key column that have kept tiles. Reads everything. @throws EndcapError NOT_FOUND */
  *owners(view: string): Generator<string> {
    for (const owner of this.#engine.owners(this.#engine.locate(view).group)) {
      if (this.ownerTiles(view, owner).length > 0) yield owner
    }
  }

  /** The winning version of an entity, deleted ones too; undefined if there is none. */
  entity = (source: string, id: string): RecordValue | undefined => this.#entities.get(source, id)

  /** The winning versions of a topic, deleted ones too. */
  entities = (source: string): Iterable<RecordValue> => this.#entities.values(source)

  /** Views of which some key may have more rows than its definition allows. */
  overfullViews = (): readonly string[] => [...this.#engine.overfull]

  /** Calls back after each batch that was applied, once for each view and owner, or entity, that changed. */
  onChange = (listener: ChangeListener): void => {
    this.#listeners.push(listener)
  }

  /** Equal for equal kept tiles and entities, however they came about. Reads everything. */
  hash = (): string => stateHash(this.#engine, this.#entities, this.#newestAt)

  /**
   * Applies the next records of the log: admitted, without duplicates.
   * @throws Error if they do not begin at `position`
   */
  applyBatch(records: readonly LoggedRecord[]): void {
    for (const record of records) {
      if (record.offset !== this.#position) {
        throw new Error(`bug: record ${record.offset} applied to a state at position ${this.#position}`)
      }
      this.#engine.apply(record)
      this.#entities.apply(record)
      const atField = this.#eventTimes.get(record.topic)
      if (atField !== undefined) this.#newestAt = Math.max(this.#newestAt, Number(record.value[atField]))
      this.#position += 1
    }
    this.#announce()
  }

  /**
   * Puts in what was counted elsewhere, and versions of entities. Of one key the last counts, so that an upsert that
   * comes twice changes nothing.
   * @throws EndcapError NOT_FOUND for a view that is not defined
   */
  applyUpserts({ tiles, entries, entities, newestAt, count, offsets }: Upserts): void {
    for (const tile of tiles) putTile(this.#engine, tile)
    for (const entry of entries) {
      if ('word' in entry) putEntry(this.#engine, entry)
      else dropEntry(this.#engine, entry)
    }
    for (const version of entities) this.#entities.apply(version)
    this.#newestAt = Math.max(this.#newestAt, newestAt)
    this.#position += count
    this.#offsets = { ...this.#offsets, ...offsets }
    this.#announce()
  }

  /** Of a materialised state: by topic and partition the offset of the next record; empty at first. */
  offsets = (): Readonly<Record<string, readonly number[]>> => this.#offsets

  /** Chunks and entities that the next checkpoint will write. */
  get dirtyCount(): number {
    return this.#engine.dirtyCount + this.#entities.dirtyCount
  }

  /**
   * Writes what changed, and the position, in one transaction; what is applied meanwhile goes into the next
   * one. One at a time.
   * @throws EndcapError DATA_FOLDER
   */
  async checkpoint(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#position === this.#savedPosition && this.dirtyCount === 0) return
    try {
      if (this.#isOfOtherDefinitions) await this.#replaceStore()
      else await this.#commitDirty()
    } catch (cause) {
      // What was dirty is lost to later checkpoints: the store stays at its last whole commit until a restart.
      this.#failure = new EndcapError('DATA_FOLDER', 'the state could not be written to disk', { cause })
      throw this.#failure
    }
  }

  async load(): Promise<void> {
    const meta = this.#store.meta()
    if (meta === null) {
      this.#openStored()
      return
    }
    if (meta.catalogHash !== this.#catalogHash) {
      this.#isOfOtherDefinitions = true
      return
    }
    for (const word of this.#store.words()) this.#engine.words.number(word)
    this.#openStored()
    for (const group of this.#engine.groups.filter((one) => !one.isPaged)) {
      for (const { owner, number, bytes } of this.#store.chunks(group.index)) {
        this.#engine.fill(group, owner, number, bytes)
      }
    }
    this.#savedWords = this.#engine.words.size
    this.#position = meta.position
    this.#offsets = meta.offsets ?? {}
    this.#savedPosition = meta.position
    this.#newestAt = meta.newestAt
  }

  /** Checkpoints, then closes the store. */
  async close(): Promise<void> {
    try {
      await this.checkpoint()
    } finally {
      await this.#store.close()
    }
  }

  /** The store's content is of these definitions. */
  #openStored(): void {
    this.#stored.open(this.#engine.groups.filter((group) => group.isPaged).map(({ index }) => index))
    this.#entities.open(this.#store)
  }

  async #commitDirty(): Promise<void> {
    const dirty = this.#engine.takeDirty()
    const chunks = [...this.#encoded(dirty)]
    const content = this.#content(chunks, this.#entities.takeDirty(), this.#savedWords)
    const removed = this.#expiry.step(this.#newestAt).filter((key) => this.#engine.drop(key))
    this.#savedWords = this.#engine.words.size
    await this.#store.commit({ ...content, removed })
    this.#saved(dirty, content.meta)
  }

  async #replaceStore(): Promise<void> {
    const dirty = this.#engine.takeDirty()
    const entities = this.#entities.takeDirty()
    const sorted = this.#engine.groups.flatMap((group) => sortedChunks([...group.owners.values()]))
    // Encoded at once: what is applied meanwhile goes into the next checkpoint.
    const { meta, words } = this.#content([], entities, 0)
    const chunks = [...this.#encoded(sorted)]
    this.#savedWords = this.#engine.words.size
    await this.#store.replace({ meta, chunks: [chunks], entities: [entities], words: () => words })
    this.#isOfOtherDefinitions = false
    this.#openStored()
    this.#saved(dirty, meta)
  }

  #saved(chunks: readonly Chunk[], { position }: StateMeta): void {
    this.#engine.saved(chunks)
    this.#entities.saved()
    this.#savedPosition = position
  }

  #content(chunks: Iterable<StoredChunk>, entities: Iterable<StoredEntity>, firstWord: number): StateContent {
    const { words } = this.#engine
    const fresh = Array.from({ length: words.size - firstWord }, (_, index) => words.text(firstWord + index))
    const meta: StateMeta = {
      catalogHash: this.#catalogHash,
      position: this.#position,
      newestAt: this.#newestAt,
      ...(Object.keys(this.#offsets).length === 0 ? {} : { offsets: this.#offsets }),
    }
    return { meta, firstWord, words: fresh, chunks, entities }
  }

  *#encoded(chunks: readonly Chunk[]): Generator<StoredChunk> {
    for (const { owner, number, parts } of chunks) {
      const { group, id } = owner
      writeChunk({ group, number, parts }, this.#writer)
      if (group.isPaged && !owner.isNoted) {
        this.#stored.note(group.index, id)
        owner.isNoted = true
      }
      yield { group: group.index, owner: id, number, bytes: this.#writer.take() }
    }
  }

  #announce(): void {
    const owners = this.#engine.takeChanged()
    const entities = [...this.#entities.takeChanged()]
    for (const listener of this.#listeners) {
      for (const owner of owners) {
        for (const { plan } of owner.group.folders) listener(plan.view.name, owner.id)
      }
      for (const { source, id } of entities) listener(source, id)
    }
  }
}

/** Of all that decides what a stored state means. */
export const catalogHash = (catalog: Catalog, { groups }: Pick<IncrementalEngine, 'groups'>): string =>
  hash8({
    views: groups.map(({ name, chunkMs, folders }) => ({
      name,
      chunkMs,
      views: folders.map(({ plan }) => [plan.view.name, plan.hash, ...(hasParts(plan) ? [PART_COLUMN] : [])]),
    })),
    sources: catalog.sources.map(({ name, columns }) => ({ name, columns })),
  })

/** By owner, then time: the order of the keys in the store. */
function sortedChunks(
  owners: readonly { readonly id: string; readonly chunks: readonly Chunk[] }[],
): Chunk[] {
  return owners.toSorted((a, b) => (a.id < b.id ? -1 : 1)).flatMap(({ chunks }) => chunks)
}
