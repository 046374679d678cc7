import type { RecordValue } from '../../algebra/source.ts'

/** What a state is of, and how far it goes. */
export type StateMeta = {
  /** Of the definitions that the chunks were made by. */
  readonly catalogHash: string
  /** Log records that are in it: all below this offset. Of a materialised state the records that it was made of. */
  readonly position: number
  /** Of a materialised state: by topic and partition the offset of the next record. */
  readonly offsets?: Readonly<Record<string, readonly number[]>>
  /** Instant of the newest event in it, epoch ms; 0 of none. */
  readonly newestAt: number
}

/** One owner's tiles in one chunk of time, as `writeChunk` wrote them. */
export type StoredChunk = {
  /** Place of the group among the engine's. */
  readonly group: number
  readonly owner: string
  readonly number: number
  readonly bytes: Uint8Array
}

/** Where a chunk lies. */
export type ChunkKey = Pick<StoredChunk, 'group' | 'owner' | 'number'>

/** The winning version of an entity. */
export type StoredEntity = {
  readonly source: string
  readonly id: string
  /** Epoch ms, then offset: the greatest pair wins. */
  readonly updatedAt: number
  readonly offset: number
  readonly value: RecordValue
}

export type StateContent = {
  readonly meta: StateMeta
  /** Words in the order of their numbers, from `firstWord` on. */
  readonly firstWord: number
  readonly words: readonly string[]
  readonly chunks: Iterable<StoredChunk>
  readonly entities: Iterable<StoredEntity>
  /** Chunks that are taken out; none of them is among `chunks`. */
  readonly removed?: Iterable<ChunkKey>
}

/** Some of many, one lot after the other. */
export type Lots<T> = Iterable<Iterable<T>> | AsyncIterable<Iterable<T>>

/** All of a state; lots may be computed while they are written. */
export type Replacement = {
  readonly meta: StateMeta
  /** Each once; fastest in the order of group, owner and number. */
  readonly chunks: Lots<StoredChunk>
  readonly entities: Lots<StoredEntity>
  /** In the order of their numbers; asked for when all chunks have been taken. */
  readonly words: () => Iterable<string>
}

/**
 * Where the online state outlives the process. One writer; a reader sees whole commits only.
 * What it gives when it is opened again is exactly some commit, the last one unless the machine died.
 */
export type StateStore = {
  /** Null before the first commit. */
  readonly meta: () => StateMeta | null
  readonly words: () => Iterable<string>
  /** By group, owner and number. @param group absent: of all */
  readonly chunks: (group?: number) => Iterable<StoredChunk>
  readonly chunk: (key: ChunkKey) => Uint8Array | undefined
  /** By number. */
  readonly ownerChunks: (group: number, owner: string) => Iterable<StoredChunk>
  /** Each owner of a group once. */
  readonly owners: (group: number) => Iterable<string>
  /** At most `limit` keys that come after one, by group, owner and number; after none: the first ones. */
  readonly keysAfter: (key: ChunkKey | null, limit: number) => readonly ChunkKey[]
  readonly entities: (source?: string) => Iterable<StoredEntity>
  readonly entity: (source: string, id: string) => StoredEntity | undefined
  /** Writes over what has the same key, all in one transaction; what it wrote is read once it has resolved. */
  readonly commit: (content: StateContent) => Promise<void>
  /** Puts this in place of everything, in one switch. */
  readonly replace: (content: Replacement) => Promise<void>
  readonly close: () => Promise<void>
}
