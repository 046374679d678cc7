import { openLmdbStateStore } from '../../src/features/online/lmdb/lmdb-state-store.ts'

/** Commits one position after the other, each written into every chunk, until it is killed. */
const [folder = ''] = process.argv.slice(2)
const store = await openLmdbStateStore({ folder })
process.send?.('open')
for (let position = (store.meta()?.position ?? 0) + 1; ; position += 1) {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(position)
  await store.commit({
    meta: { catalogHash: 'cafe0001', position, newestAt: 0 },
    firstWord: 0,
    words: [],
    chunks: Array.from({ length: 300 }, (_, number) => ({ group: 0, owner: 'x', number, bytes })),
    entities: [],
  })
}
