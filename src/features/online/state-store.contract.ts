import { afterEach, describe, expect, test } from 'vitest'
import type { Replacement, StateContent, StateStore, StoredChunk } from './state-store.ts'

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
