import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/random.ts'
import { randomRanker } from '../../models/rankers/random-ranker.ts'
import { rankerFiles } from '../../models/rankers/ranker-artefact.ts'
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

  test('exports the ranker of a model as an MLflow folder, and says when there is none', async () => {
    const { manifest, files } = trainedModel(4)
    const model = randomRanker(seededRandom('export'), {
      shape: 'oblivious',
      depth: 2,
      featureCount: 3,
      treeCount: 2,
    })
    const registry = artefactFolder(shopFolders(dataDir).models)
    const { version } = await registry.publish({
      manifest,
      files: new Map([...files, ...rankerFiles(model)]),
    })
    const to = join(dataDir, 'exported')
    await models('export', version, '--to', to)
    expect(readdirSync(to).toSorted()).toEqual([
      'MLmodel',
      'conda.yaml',
      'model.onnx',
      'python_env.yaml',
      'requirements.txt',
    ])
    await expect(models('export', version, '--to', to)).rejects.toThrow(/is there already/)
    await expect(models('export', versions[0] ?? '', '--to', join(dataDir, 'no'))).rejects.toThrow(
      /has no ranker/,
    )
  }, 60_000)
})
