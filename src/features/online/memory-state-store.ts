import type { StateContent, StateMeta, StateStore, StoredChunk, StoredEntity } from './state-store.ts'

/** A store that ends with the process; `close` keeps what it holds, so that it can be opened again. */
export function memoryStateStore(): StateStore {
  let meta: StateMeta | null = null
  let words: string[] = []
  let chunks = new Map<string, StoredChunk>()
  let entities = new Map<string, StoredEntity>()
  const commit = async (content: StateContent): Promise<void> => {
    meta = content.meta
    words.push(...content.words.slice(words.length - content.firstWord))
    for (const chunk of content.chunks) {
      chunks.set(`${chunk.group} ${chunk.owner} ${chunk.number}`, { ...chunk, bytes: chunk.bytes.slice() })
    }
    for (const entity of content.entities) entities.set(`${entity.source} ${entity.id}`, entity)
  }
  return {
    meta: () => meta,
    words: () => words,
    chunks: () => chunks.values(),
    entities: () => entities.values(),
    commit,
    replace: async (content) => {
      const [freshChunks, freshEntities]: [StoredChunk[], StoredEntity[]] = [[], []]
      for await (const lot of content.chunks) {
        for (const chunk of lot) freshChunks.push({ ...chunk, bytes: chunk.bytes.slice() })
      }
      for await (const lot of content.entities) freshEntities.push(...lot)
      const fresh = [...content.words()]
      words = []
      chunks = new Map()
      entities = new Map()
      await commit({
        meta: content.meta,
        firstWord: 0,
        words: fresh,
        chunks: freshChunks,
        entities: freshEntities,
      })
    },
    close: async () => {},
  }
}
