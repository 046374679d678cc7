import type { LoggedRecord, RecordValue, Source } from '../../algebra/source.ts'
import { hasNulls, withoutNulls } from '../../catalog/without-nulls.ts'
import type { StateStore, StoredEntity } from './state-store.ts'

/** Whether a topic holds versions of things. */
export const isEntitySource = ({ isEntity }: Source): boolean => isEntity === true

/** People are many and few of them come at a time: their versions may stay in the store. */
const isPaged = ({ partitionBy }: Source): boolean => partitionBy === 'customer_id'
/** Versions of a paged source that are kept in memory, about. */
const MAX_PAGED = 20_000

type Winners = { readonly isPaged: boolean; readonly byId: Map<string, StoredEntity> }

/** The winning version of each entity: the greatest (updated_at, offset), whichever came first. */
export class Entities {
  readonly #sources: ReadonlyMap<string, Source>
  readonly #winners: ReadonlyMap<string, Winners>
  readonly #maxPaged: number
  #stored: Pick<StateStore, 'entity' | 'entities'> | undefined
  #dirty = new Map<string, StoredEntity>()
  /** Taken by `takeDirty`, and not known to be stored yet. */
  #saving: ReadonlyMap<string, StoredEntity> = new Map()
  #changed = new Map<string, StoredEntity>()

  constructor(sources: readonly Source[], maxPaged = MAX_PAGED) {
    const held = sources.filter(isEntitySource)
    this.#maxPaged = maxPaged
    this.#sources = new Map(held.map((source) => [source.name, source]))
    this.#winners = new Map(
      held.map((source) => [source.name, { isPaged: isPaged(source), byId: new Map() }]),
    )
  }

  /** Takes in what a store holds: all of it, or what is asked for from now on. */
  open(stored: Pick<StateStore, 'entity' | 'entities'>): void {
    this.#stored = stored
    for (const [source, winners] of this.#winners) {
      if (winners.isPaged) continue
      for (const entity of stored.entities(source)) winners.byId.set(entity.id, entity)
    }
  }

  has(source: string): boolean {
    return this.#sources.has(source)
  }

  /** Takes a version in; it counts only if it wins. */
  apply({ topic, offset, value }: LoggedRecord): void {
    const source = this.#sources.get(topic)
    if (source !== undefined) this.put(versionOf(source, offset, value))
  }

  put(entity: StoredEntity): void {
    const before = this.#found(entity.source, entity.id)
    if (before !== undefined && !isLater(entity, before)) return
    this.#winners.get(entity.source)?.byId.set(entity.id, entity)
    const key = keyOf(entity)
    this.#dirty.set(key, entity)
    this.#changed.set(key, entity)
  }

  get(source: string, id: string): RecordValue | undefined {
    return this.#found(source, id)?.value
  }

  *values(source: string): Generator<RecordValue> {
    for (const { value } of this.#each(source)) yield value
  }

  *all(): Generator<StoredEntity> {
    for (const source of this.#winners.keys()) yield* this.#each(source)
  }

  /** Winners that are new since the last call, for whoever listens. */
  takeChanged(): Iterable<StoredEntity> {
    const changed = this.#changed
    if (changed.size > 0) this.#changed = new Map()
    return changed.values()
  }

  /** Winners that are new since the last call, for the store; they stay in memory until `saved`. */
  takeDirty(): readonly StoredEntity[] {
    this.#saving = this.#dirty
    this.#dirty = new Map()
    return [...this.#saving.values()]
  }

  /** Tells that what `takeDirty` gave is in the store now. */
  saved(): void {
    this.#saving = new Map()
    this.#makeRoom()
  }

  get dirtyCount(): number {
    return this.#dirty.size
  }

  #found(source: string, id: string): StoredEntity | undefined {
    const winners = this.#winners.get(source)
    const here = winners?.byId.get(id)
    if (winners === undefined || !winners.isPaged) return here
    const found = here ?? this.#stored?.entity(source, id)
    if (found === undefined) return undefined
    // In the order in which they were last asked for.
    winners.byId.delete(id)
    winners.byId.set(id, found)
    if (winners.byId.size > 2 * this.#maxPaged) this.#makeRoom()
    return found
  }

  *#each(source: string): Generator<StoredEntity> {
    const winners = this.#winners.get(source)
    if (winners === undefined) return
    const here = [...winners.byId.values()]
    yield* here
    if (!winners.isPaged || this.#stored === undefined) return
    const known = new Set(here.map(({ id }) => id))
    for (const entity of this.#stored.entities(source)) if (!known.has(entity.id)) yield entity
  }

  #makeRoom(): void {
    for (const { isPaged: mayGo, byId } of this.#winners.values()) {
      if (!mayGo || byId.size <= this.#maxPaged || this.#stored === undefined) continue
      for (const [id, entity] of byId) {
        if (byId.size <= this.#maxPaged) break
        const key = keyOf(entity)
        if (!this.#dirty.has(key) && !this.#saving.has(key)) byId.delete(id)
      }
    }
  }
}

const keyOf = ({ source, id }: StoredEntity): string => `${source} ${id}`

/** A logged version of an entity, as it is kept. */
export const versionOf = (source: Source, offset: number, value: RecordValue): StoredEntity => ({
  source: source.name,
  id: String(value[source.partitionBy]),
  updatedAt: Number(value[source.at]),
  offset,
  value: hasNulls(value) ? withoutNulls(value) : value,
})

const isLater = (a: StoredEntity, b: StoredEntity): boolean =>
  a.updatedAt > b.updatedAt || (a.updatedAt === b.updatedAt && a.offset > b.offset)
