import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLogger } from '../../core/logger.ts'
import { newKey, recognise, type StoredKey } from './api-key.ts'
import { changeKeys, KeyFile, readKeys } from './key-file.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-keys-'))
  path = join(folder, 'new', 'keys.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

const make = () => newKey({ scopes: ['ingest'], name: 'shop', createdAt: 5 })
const byId = (...keys: readonly StoredKey[]) => new Map(keys.map((key) => [key.id, key]))

describe('a key', () => {
  test('has 256 random bits and a public id, and is recognised by its text alone', () => {
    const { text, stored } = make()
    expect(text).toMatch(/^ek_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/)
    expect(recognise(text, byId(stored))).toBe(stored)
    const last = text.endsWith('A') ? 'E' : 'A'
    expect(recognise(text.slice(0, -1) + last, byId(stored))).toBe(null)
    expect(recognise(text, byId(make().stored))).toBe(null)
    expect(recognise(text, byId({ ...stored, revoked_at: 6 }))).toBe(null)
    for (const wrong of ['', 'ek_', stored.sha256, `${text}x`, ` ${text}`]) {
      expect(recognise(wrong, byId(stored))).toBe(null)
    }
  })
})

describe('the file of keys', () => {
  test('holds no secret, is for its owner alone and is written whole', () => {
    expect(readKeys(path)).toEqual([])
    const { text, stored } = make()
    changeKeys(path, (keys) => [...keys, stored])
    changeKeys(path, (keys) => [...keys, make().stored])
    expect(readKeys(path)[0]).toEqual(stored)
    expect(readKeys(path)).toHaveLength(2)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'utf8')).not.toContain(text.slice(16))
    expect(readdirSync(join(folder, 'new'))).toEqual(['keys.json'])
  })

  test('is changed by one process at a time, and left as it was when a change fails', () => {
    changeKeys(path, () => [make().stored])
    writeFileSync(`${path}.new`, '')
    expect(() => changeKeys(path, () => [])).toThrow(/another process changes/)
    rmSync(`${path}.new`)
    expect(() =>
      changeKeys(path, () => {
        throw new Error('no')
      }),
    ).toThrow()
    expect(readKeys(path)).toHaveLength(1)
    changeKeys(path, () => [])
    expect(readKeys(path)).toEqual([])
  })

  test.each([
    ['{', 'CORRUPT'],
    ['[]', 'UNKNOWN_FORMAT'],
    ['{"format": 9}', 'UNKNOWN_FORMAT'],
    ['{"format": 1}', 'CORRUPT'],
    ['{"format": 1, "keys": [{"id": "x"}]}', 'CORRUPT'],
  ])('that holds %s is refused with %s', (content, code) => {
    changeKeys(path, () => [])
    writeFileSync(path, content)
    expect(() => new KeyFile(path, silentLogger)).toThrow(expect.objectContaining({ code }))
  })

  test('is read again when it changes; damage leaves what was known, deleting opens nothing', async () => {
    const file = new KeyFile(path, silentLogger)
    expect([file.hasKeys, file.keys.size]).toEqual([false, 0])
    const { stored } = make()
    changeKeys(path, () => [stored])
    await sleep(550)
    expect([file.hasKeys, file.keys.get(stored.id)]).toEqual([true, stored])
    writeFileSync(path, '{')
    await sleep(550)
    expect(file.keys.get(stored.id)).toEqual(stored)
    rmSync(path)
    await sleep(550)
    expect([file.hasKeys, file.keys.size]).toEqual([true, 0])
  })
})
