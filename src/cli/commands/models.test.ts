import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { trainedModel } from '../../models/registry/artefact-registry.contract.ts'
import { artefactFolder } from '../../models/registry/folder/artefact-folder.ts'
import { shopFolders } from '../embedded-shop.ts'

const main = resolve(import.meta.dirname, '../main.ts')
const dataDir = mkdtempSync(join(tmpdir(), 'endcap-models-'))
const models = async (...args: readonly string[]) =>
  (await promisify(execFile)(process.execPath, [main, 'models', ...args, '--data-dir', dataDir])).stdout

describe('endcap models', () => {
  const versions: string[] = []
  beforeAll(async () => {
    const registry = artefactFolder(shopFolders(dataDir).models)
    for (const position of [1, 2, 3]) {
      const { version } = await registry.publish(trainedModel(position))
      if (position < 3) await registry.promote(version)
      versions.push(version)
    }
  })
  afterAll(() => rmSync(dataDir, { recursive: true }))

  test('lists what is stored, promotes, goes back, and says when there is nothing to go back to', async () => {
    const [first = '', second = '', third = ''] = versions
    const lines = (await models('list', '--json')).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line)).map(({ version, current }) => [version, current])).toEqual([
      [first, false],
      [second, true],
      [third, false],
    ])
    expect(JSON.parse(await models('show', third))).toMatchObject({
      version: third,
      gates: { judged: false, refusals: [] },
    })
    expect(await models('promote', third)).toBe(`model ${third} is current\n`)
    expect(JSON.parse(await models('rollback', '--json'))).toEqual({ version: second, from: third })
    expect(await models('rollback')).toContain(first)
    await expect(models('rollback')).rejects.toThrow(/no model was current before/)
    await expect(models('promote', 'nope')).rejects.toThrow(/NOT_FOUND/)
  }, 60_000)
})
