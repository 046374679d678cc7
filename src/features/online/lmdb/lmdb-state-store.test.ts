import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'lmdb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeStateStore } from '../state-store.contract.ts'
import { openLmdbStateStore } from './lmdb-state-store.ts'

const temporary = () => mkdtempSync(join(tmpdir(), 'endcap-state-'))

describeStateStore('the LMDB store', async () => {
  const folder = temporary()
  return {
    open: () => openLmdbStateStore({ folder }),
    dispose: async () => rmSync(folder, { recursive: true }),
  }
})

describe('the folder of an LMDB state', () => {
  let folder: string
  beforeEach(() => {
    folder = temporary()
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('has one writer, and readers that see whole commits', async () => {
    const store = await openLmdbStateStore({ folder })
    await expect(openLmdbStateStore({ folder })).rejects.toMatchObject({ code: 'FOLDER_IN_USE' })
    const meta = { catalogHash: 'cafe0001', position: 1, newestAt: 1 }
    await store.commit({ meta, firstWord: 0, words: ['a'], chunks: [], entities: [] })
    const reader = await openLmdbStateStore({ folder, readOnly: true })
    expect([reader.meta(), [...reader.words()]]).toEqual([meta, ['a']])
    await reader.close()
    await store.close()
  })

  test('says what is wrong with it', async () => {
    await expect(openLmdbStateStore({ folder, readOnly: true })).rejects.toMatchObject({
      code: 'DATA_FOLDER',
    })
    const root = open({ path: folder, noSubdir: false })
    await root.openDB({ name: 'meta', encoding: 'json' }).put('format', 99)
    await root.close()
    await expect(openLmdbStateStore({ folder })).rejects.toMatchObject({ code: 'UNKNOWN_FORMAT' })
    writeFileSync(join(folder, 'data.mdb'), Buffer.alloc(20_000, 1))
    await expect(openLmdbStateStore({ folder })).rejects.toMatchObject({ code: 'CORRUPT' })
  })
})
