import type {
  ChunkKey,
  Replacement,
  StateContent,
  StateMeta,
  StateStore,
  StoredChunk,
  StoredEntity,
} from './state-store.ts'

/** A store that ends with the process; `close` keeps what it holds, so that it can be opened again. */
export const memoryStateStore = (): StateStore => new MemoryStateStore()

class MemoryStateStore implements StateStore {
  #meta: StateMeta | null = null
  #words: string[] = []
  /** By group, then owner, then number. */
  #chunks = new Map<number, Map<string, Map<number, StoredChunk>>>()
  #entities = new Map<string, Map<string, StoredEntity>>()

  meta = (): StateMeta | null => this.#meta
  words = (): Iterable<string> => this.#words;

  *chunks(group?: number): Generator<StoredChunk> {
    for (const [number, owners] of sorted(this.#chunks)) {
      if (group !== undefined && number !== group) continue
      for (const [, chunks] of sorted(owners)) for (const [, chunk] of sorted(chunks)) yield chunk
    }
  }

  chunk = ({ group, owner, number }: ChunkKey): Uint8Array | undefined =>
    this.#chunks.get(group)?.get(owner)?.get(number)?.bytes

  ownerChunks = (group: number, owner: string): Iterable<StoredChunk> =>
    sorted(this.#chunks.get(group)?.get(owner) ?? new Map<number, StoredChunk>()).map(([, chunk]) => chunk)

  owners = (group: number): Iterable<string> => this.#chunks.get(group)?.keys() ?? []

  keysAfter(key: ChunkKey | null, limit: number): readonly ChunkKey[] {
    const keys = [...this.chunks()].map(({ group, owner, number }) => ({ group, owner, number }))
    const first = key === null ? 0 : keys.findIndex((other) => isAfter(other, key))
    return first < 0 ? [] : keys.slice(first, first + limit)
  }

  *entities(source?: string): Generator<StoredEntity> {
    for (const [name, entities] of this.#entities) {
      if (source === undefined || name === source) yield* entities.values()
    }
  }

  entity = (source: string, id: string): StoredEntity | undefined => this.#entities.get(source)?.get(id)

  async commit({ meta, words, firstWord, chunks, entities, removed }: StateContent): Promise<void> {
    this.#meta = meta
    this.#words.push(...words.slice(this.#words.length - firstWord))
    for (const chunk of chunks) this.#put(chunk)
    for (const { group, owner, number } of removed ?? []) this.#remove(group, owner, number)
    for (const entity of entities) this.#putEntity(entity)
  }

  async replace(content: Replacement): Promise<void> {
    const [chunks, entities]: [StoredChunk[], StoredEntity[]] = [[], []]
    for await (const lot of content.chunks) {
      for (const chunk of lot) chunks.push({ ...chunk, bytes: chunk.bytes.slice() })
    }
    for await (const lot of content.entities) entities.push(...lot)
    this.#words = [...content.words()]
    this.#chunks = new Map()
    this.#entities = new Map()
    this.#meta = content.meta
    for (const chunk of chunks) this.#put(chunk)
    for (const entity of entities) this.#putEntity(entity)
  }

  async close(): Promise<void> {}

  #put({ group, owner, number, bytes }: StoredChunk): void {
    const owners = this.#chunks.get(group) ?? new Map<string, Map<number, StoredChunk>>()
    this.#chunks.set(group, owners)
    const chunks = owners.get(owner) ?? new Map<number, StoredChunk>()
    owners.set(owner, chunks)
    chunks.set(number, { group, owner, number, bytes: bytes.slice() })
  }

  #remove(group: number, owner: string, number: number): void {
    const owners = this.#chunks.get(group)
    const chunks = owners?.get(owner)
    chunks?.delete(number)
    if (chunks?.size === 0) owners?.delete(owner)
  }

  #putEntity(entity: StoredEntity): void {
    const entities = this.#entities.get(entity.source) ?? new Map<string, StoredEntity>()
    this.#entities.set(entity.source, entities)
    entities.set(entity.id, entity)
  }
}

const sorted = <K extends string | number, V>(map: ReadonlyMap<K, V>): [K, V][] =>
  [...map].toSorted(([a], [b]) => (a < b ? -1 : 1))

const isAfter = (a: ChunkKey, b: ChunkKey): boolean => {
  if (a.group !== b.group) return a.group > b.group
  return a.owner === b.owner ? a.number > b.number : a.owner > b.owner
}
