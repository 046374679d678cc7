import { afterEach, describe, expect, test } from 'vitest'
import type { ChunkKey, Replacement, StateContent, StateStore, StoredChunk } from './state-store.ts'

export type StateStoreFixture = {
  /** Opens the store: empty at first, then as it was when it was closed. */
  readonly open: () => Promise<StateStore>
  readonly dispose: () => Promise<void>
}

const meta = (position: number) => ({ catalogHash: 'cafe0001', position, newestAt: position * 10 })
const chunk = (owner: string, number: number, ...bytes: number[]): StoredChunk => ({
  group: 0,
  owner,
  number,
  bytes: Uint8Array.from(bytes),
})
const bytesOf = (bytes: Uint8Array | undefined) => bytes && [...bytes]
const entity = (id: string, updatedAt: number) => ({
  source: 'products',
  id,
  updatedAt,
  offset: 0,
  value: { sku: id, updated_at: updatedAt },
})
const content = (position: number, rest: Partial<StateContent> = {}): StateContent => ({
  meta: meta(position),
  firstWord: 0,
  words: [],
  chunks: [],
  entities: [],
  ...rest,
})

const replacement = (position: number, rest: Partial<Replacement>): Replacement => ({
  meta: meta(position),
  words: () => [],
  chunks: [],
  entities: [],
  ...rest,
})

/** What every store of the online state promises. */
export function describeStateStore(name: string, makeFixture: () => Promise<StateStoreFixture>): void {
  describe(`${name} as a state store`, () => {
    let fixture: StateStoreFixture | undefined
    let store: StateStore | undefined
    const open = async (): Promise<StateStore> => {
      fixture ??= await makeFixture()
      await store?.close()
      store = await fixture.open()
      return store
    }
    const held = (from: StateStore) => ({
      words: [...from.words()],
      chunks: [...from.chunks()]
        .map(({ owner, number, bytes }) => `${owner} ${number} ${[...bytes]}`)
        .toSorted(),
      entities: [...from.entities()].map(({ id, updatedAt, value }) => [id, updatedAt, value]).toSorted(),
    })
    afterEach(async () => {
      await store?.close()
      await fixture?.dispose()
      store = undefined
      fixture = undefined
    })

    test('is empty before the first commit', async () => {
      const fresh = await open()
      expect(fresh.meta()).toBeNull()
      expect(held(fresh)).toEqual({ words: [], chunks: [], entities: [] })
    })

    test('keeps commits, each writing over what has the same key', async () => {
      const first = await open()
      await first.commit(
        content(3, {
          words: ['a', 'b'],
          chunks: [chunk('x', 1, 1), chunk('x', 2, 2)],
          entities: [entity('m', 1)],
        }),
      )
      await first.commit(
        content(5, {
          firstWord: 2,
          words: ['ü'],
          chunks: [chunk('x', 2, 9), chunk('y', 1, 4)],
          entities: [entity('m', 2)],
        }),
      )
      const again = await open()
      expect(again.meta()).toEqual(meta(5))
      expect(held(again)).toEqual({
        words: ['a', 'b', 'ü'],
        chunks: ['x 1 1', 'x 2 9', 'y 1 4'],
        entities: [['m', 2, { sku: 'm', updated_at: 2 }]],
      })
    })

    test('gives one chunk, the chunks of one owner or group, owners and keys; what was removed no longer', async () => {
      const first = await open()
      const of = (group: number, owner: string, number: number) => ({
        ...chunk(owner, number, number),
        group,
      })
      const chunks = [of(0, 'x', 1), of(0, 'x', 300), of(0, 'xy', 2), of(1, 'x', 7), of(2, 'a', 1)]
      await first.commit(content(1, { chunks: chunks.toReversed() }))
      const keys = ({ group, owner, number }: ChunkKey) => `${group} ${owner} ${number}`
      const look = (each: StateStore): void => {
        expect(bytesOf(each.chunk({ group: 0, owner: 'x', number: 300 }))).toEqual([300 % 256])
        expect(each.chunk({ group: 0, owner: 'x', number: 2 })).toBeUndefined()
        expect([...each.ownerChunks(0, 'x')].map(keys)).toEqual(['0 x 1', '0 x 300'])
        expect([...each.ownerChunks(1, 'xy')]).toEqual([])
        expect([...each.chunks(1)].map(keys)).toEqual(['1 x 7'])
        expect([...each.owners(0)].toSorted()).toEqual(['x', 'xy'])
        expect(each.keysAfter(null, 2).map(keys)).toEqual(['0 x 1', '0 x 300'])
        expect(each.keysAfter({ group: 0, owner: 'x', number: 300 }, 9).map(keys)).toEqual([
          '0 xy 2',
          '1 x 7',
          '2 a 1',
        ])
        expect(each.keysAfter({ group: 2, owner: 'a', number: 1 }, 9)).toEqual([])
      }
      look(first)
      look(await open())
      const again = await open()
      await again.commit(content(2, { removed: [of(0, 'x', 1), of(2, 'a', 1), of(2, 'b', 1)] }))
      const lookAgain = (each: StateStore): void => {
        expect([...each.chunks()].map(keys)).toEqual(['0 x 300', '0 xy 2', '1 x 7'])
        expect([...each.owners(2)]).toEqual([])
      }
      lookAgain(again)
      lookAgain(await open())
    })

    test('gives one entity, and those of one source', async () => {
      const first = await open()
      await first.commit(content(1, { entities: [entity('m', 1), { ...entity('m', 2), source: 'product' }] }))
      const look = (each: StateStore): void => {
        expect(each.entity('products', 'm')).toEqual(entity('m', 1))
        expect(each.entity('products', 'n')).toBeUndefined()
        expect([...each.entities('product')].map(({ updatedAt }) => updatedAt)).toEqual([2])
      }
      look(first)
      look(await open())
    })

    test('what a commit wrote is read as soon as it has resolved', async () => {
      const store = await open()
      for (let position = 1; position <= 20; position += 1) {
        const read = () => bytesOf(store.chunk({ group: 0, owner: 'x', number: 1 }))
        expect(read()).toEqual(position === 1 ? undefined : [position - 1])
        await store.commit(content(position, { chunks: [chunk('x', 1, position)] }))
        expect(read()).toEqual([position])
      }
    })

    test('replace leaves nothing of what was there, and goes on from there', async () => {
      const first = await open()
      await first.commit(content(3, { words: ['a'], chunks: [chunk('x', 1, 1)], entities: [entity('m', 1)] }))
      await first.replace(
        replacement(9, { words: () => ['b'], chunks: [[chunk('z', 7, 5)]], entities: [[entity('n', 4)]] }),
      )
      await first.commit(content(10, { firstWord: 1, words: ['c'], chunks: [chunk('z', 8, 6)] }))
      const again = await open()
      expect(again.meta()).toEqual(meta(10))
      expect(held(again)).toEqual({
        words: ['b', 'c'],
        chunks: ['z 7 5', 'z 8 6'],
        entities: [['n', 4, { sku: 'n', updated_at: 4 }]],
      })
    })

    test('words are asked for when all chunks have been taken', async () => {
      const first = await open()
      const words: string[] = []
      async function* chunks() {
        for (const word of ['a', 'b', 'c']) {
          words.push(word)
          yield [chunk('x', words.length, words.length)]
        }
      }
      await first.replace(replacement(1, { chunks: chunks(), words: () => words }))
      const again = await open()
      expect(held(again)).toEqual({
        words: ['a', 'b', 'c'],
        chunks: ['x 1 1', 'x 2 2', 'x 3 3'],
        entities: [],
      })
    })

    test('a replacement that fails on the way leaves what was there', async () => {
      const first = await open()
      await first.commit(content(3, { words: ['a'], chunks: [chunk('x', 1, 1)] }))
      async function* chunks() {
        yield [chunk('y', 1, 1)]
        throw new Error('no more')
      }
      await expect(first.replace(replacement(9, { chunks: chunks() }))).rejects.toThrow('no more')
      const again = await open()
      expect(again.meta()).toEqual(meta(3))
      expect(held(again)).toEqual({ words: ['a'], chunks: ['x 1 1'], entities: [] })
    })

    test('takes more records than one transaction of a replacement holds', async () => {
      const first = await open()
      const chunks = Array.from({ length: 45_000 }, (_, number) => chunk('x', number, number % 250))
      await first.replace(replacement(1, { chunks: [chunks.slice(0, 30_000), chunks.slice(30_000)] }))
      const again = await open()
      expect([...again.chunks()].length).toBe(45_000)
    })
  })
}
