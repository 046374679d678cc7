import type { LoggedRecord, RecordValue, Source } from '../../algebra/source.ts'
import { hasNulls, withoutNulls } from '../../catalog/without-nulls.ts'
import type { StoredEntity } from './state-store.ts'

/** Whether a topic holds versions of things. */
export const isEntitySource = ({ isEntity }: Source): boolean => isEntity === true

/** The winning version of each entity: the greatest (updated_at, offset), whichever came first. */
export class Entities {
  readonly #sources: ReadonlyMap<string, Source>
  readonly #winners = new Map<string, Map<string, StoredEntity>>()
  #dirty = new Map<string, StoredEntity>()
  #changed = new Map<string, StoredEntity>()

  constructor(sources: readonly Source[]) {
    this.#sources = new Map(sources.filter(isEntitySource).map((source) => [source.name, source]))
    for (const name of this.#sources.keys()) this.#winners.set(name, new Map())
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
    const winners = this.#winners.get(entity.source)
    const before = winners?.get(entity.id)
    if (winners === undefined || (before !== undefined && !isLater(entity, before))) return
    winners.set(entity.id, entity)
    const key = `${entity.source} ${entity.id}`
    this.#dirty.set(key, entity)
    this.#changed.set(key, entity)
  }

  get(source: string, id: string): RecordValue | undefined {
    return this.#winners.get(source)?.get(id)?.value
  }

  *values(source: string): Generator<RecordValue> {
    for (const { value } of this.#winners.get(source)?.values() ?? []) yield value
  }

  *all(): Generator<StoredEntity> {
    for (const winners of this.#winners.values()) yield* winners.values()
  }

  /** Winners that are new since the last call, for whoever listens. */
  takeChanged(): Iterable<StoredEntity> {
    const changed = this.#changed
    if (changed.size > 0) this.#changed = new Map()
    return changed.values()
  }

  /** Winners that are new since the last call, for the store. */
  takeDirty(): readonly StoredEntity[] {
    const dirty = [...this.#dirty.values()]
    this.#dirty = new Map()
    return dirty
  }

  get dirtyCount(): number {
    return this.#dirty.size
  }
}

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
