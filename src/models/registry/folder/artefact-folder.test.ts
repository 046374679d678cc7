import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { artefactRegistryContract, trainedModel } from '../artefact-registry.contract.ts'
import { artefactFolder } from './artefact-folder.ts'

let root: string
let folders = 0
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'endcap-'))
})
afterAll(() => rmSync(root, { recursive: true }))

artefactRegistryContract('a folder', () => {
  folders += 1
  return artefactFolder(join(root, String(folders)))
})

describe('a folder of artefacts', () => {
  let folder: string
  let version: string
  beforeEach(async () => {
    folders += 1
    folder = join(root, String(folders))
    version = (await artefactFolder(folder).publish(trainedModel(7))).version
  })
  const load = () => artefactFolder(folder).load(version)

  test('holds the documented bytes', () => {
    expect(version).toMatch(/^7-[0-9a-f]{8}$/)
    expect(readdirSync(folder)).toEqual([version])
    expect(readFileSync(join(folder, version, 'items.txt'), 'utf8')).toBe('mug\ntea\npot\n')
    const bytes = readFileSync(join(folder, version, 'weights.bin'))
    expect(bytes.subarray(0, 8).toString()).toBe('ENDCAPB1')
    expect([bytes.readUInt32LE(8), bytes.readUInt32LE(12)]).toEqual([3, 3])
    expect([0, 1, 2, 3].map((row) => bytes.readInt32LE(16 + 4 * row))).toEqual([0, 1, 3, 3])
    expect([0, 1, 2].map((at) => bytes.readInt32LE(32 + 4 * at))).toEqual([2, 0, 2])
    expect([0, 1, 2].map((at) => bytes.readFloatLE(44 + 4 * at))).toEqual([0.5, 1, 0.25])
    expect(bytes.length).toBe(56)
  })

  test.each(['weights.bin', 'items.txt', 'manifest.json'])('any flipped bit of %s is found', async (name) => {
    const path = join(folder, version, name)
    const bytes = readFileSync(path)
    const date = bytes.indexOf('"trained_at"')
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes)
      damaged[at] = (damaged[at] ?? 0) ^ 1
      writeFileSync(path, damaged)
      const isDate = name === 'manifest.json' && at > date && at < date + 30 // the one thing no hash covers
      if (!isDate) await expect(load(), `byte ${at}`).rejects.toMatchObject({ code: 'CORRUPT_ARTEFACT' })
    }
  })

  test.each(['weights.bin', 'items.txt'])('a missing or cut %s is found', async (name) => {
    const path = join(folder, version, name)
    writeFileSync(path, readFileSync(path).subarray(0, -1))
    await expect(load()).rejects.toMatchObject({ code: 'CORRUPT_ARTEFACT' })
    rmSync(path)
    await expect(load()).rejects.toMatchObject({ code: 'CORRUPT_ARTEFACT' })
  })

  test('another format, or another folder name, is refused', async () => {
    const path = join(folder, version, 'manifest.json')
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replace('endcap-artefact/2', 'endcap-artefact/1'))
    await expect(load()).rejects.toMatchObject({
      code: 'CORRUPT_ARTEFACT',
      message: expect.stringContaining('/format'),
    })
    writeFileSync(path, text.replace('"recall@10": 0.12', '"recall@10": 0.13'))
    await expect(load()).rejects.toThrow(`it is not what was written as version '${version}'`)
    writeFileSync(path, text)
    renameSync(join(folder, version), join(folder, '7-00000000'))
    await expect(artefactFolder(folder).load('7-00000000')).rejects.toThrow(`it is of version '${version}'`)
  })

  test('what a dead writer left is neither a version nor current', async () => {
    mkdirSync(join(folder, '.unfinished-1'))
    writeFileSync(join(folder, '.unfinished-2'), '7-')
    expect(await artefactFolder(folder).versions()).toEqual([version])
    expect(await artefactFolder(folder).current()).toBeNull()
  })

  test('a damaged pointer is said, not followed', async () => {
    writeFileSync(join(folder, 'current'), '../../etc\n')
    await expect(artefactFolder(folder).current()).rejects.toMatchObject({ code: 'CORRUPT_ARTEFACT' })
  })
})
