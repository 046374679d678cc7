import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FakeWorkspace, TOKEN } from '../../../test/cloud/databricks/fake-workspace.ts'
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

describe('endcap models with a shared registry', () => {
  const shared = ['--registry', 'databricks-uc', '--model', 'main.shop.recommender']
  const folders = ['trains', 'serves'].map((name) => mkdtempSync(join(tmpdir(), `endcap-${name}-`)))
  const [trains = '', serves = ''] = folders
  let workspace: FakeWorkspace
  beforeAll(async () => {
    workspace = await FakeWorkspace.start()
  })
  afterAll(async () => {
    await workspace.close()
    for (const folder of folders) rmSync(folder, { recursive: true })
  })
  const run = async (...args: readonly string[]) => {
    const env = { ...process.env, DATABRICKS_HOST: workspace.url, DATABRICKS_TOKEN: TOKEN }
    return (await promisify(execFile)(process.execPath, [main, 'models', ...args, ...shared], { env })).stdout
  }
  const figures = (ndcg: number) => ({ evaluated_users: 500, 'ndcg@10': ndcg, 'popular_ndcg@10': 0.1 })

  test('publishes through its gates, goes back, and what is current there becomes so in a folder', async () => {
    const registry = artefactFolder(shopFolders(trains).models)
    const publish = async (position: number, ndcg: number) => {
      const { manifest, files } = trainedModel(position)
      const { version } = await registry.publish({ files, manifest: { ...manifest, metrics: figures(ndcg) } })
      await registry.promote(version)
      return version
    }
    const first = await publish(1, 0.2)
    expect(JSON.parse(await run('publish', '--promote', '--json', '--data-dir', trains))).toEqual({
      version: first,
      promoted: true,
    })
    const worse = await publish(2, 0.12)
    await expect(run('publish', '--promote', '--data-dir', trains)).rejects.toThrow(
      /GATE_REFUSED[\s\S]*0\.12/,
    )
    expect(await run('list')).toMatch(new RegExp(`^\\* {2}${first}.*\n {3}${worse}`))
    expect(await run('publish', '--promote', '--no-gates', '--data-dir', trains)).toContain('and current')
    expect(JSON.parse(await run('rollback', '--json'))).toEqual({ version: first, from: worse })
    expect(await run('fetch', '--data-dir', serves)).toBe(`model ${first} is current\n`)
    expect(await artefactFolder(shopFolders(serves).models).current()).toBe(first)
    expect(await run('fetch', worse, '--data-dir', serves)).toContain(worse)
  }, 120_000)

  test('has an endpoint answer by what is current, if that has a ranker', async () => {
    await expect(run('deploy', '--endpoint', 'ranker', '--create')).rejects.toThrow(/has no ranker to serve/)
    const { manifest, files } = trainedModel(9)
    const shape = { shape: 'oblivious', depth: 2, featureCount: 3, treeCount: 2 } as const
    const registry = artefactFolder(shopFolders(trains).models)
    const ranked = new Map([...files, ...rankerFiles(randomRanker(seededRandom('deploy'), shape))])
    const { version } = await registry.publish({ manifest, files: ranked })
    await run('publish', version, '--promote', '--data-dir', trains)
    expect(await run('deploy', '--endpoint', 'ranker', '--create')).toBe(
      `ranker answers by model ${version}\n`,
    )
  }, 120_000)

  test('follows what is current there until it is stopped', async () => {
    const env = { ...process.env, DATABRICKS_HOST: workspace.url, DATABRICKS_TOKEN: TOKEN }
    const args = [main, 'models', 'fetch', '--follow', '--every', '1', '--data-dir', serves, ...shared]
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const [said] = await once(child.stdout, 'data')
    expect(String(said)).toMatch(/^model 9-[0-9a-f]{8} is current\n$/)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  }, 60_000)

  test('says what is missing', async () => {
    const bare = (...args: readonly string[]) =>
      promisify(execFile)(process.execPath, [main, 'models', ...args])
    await expect(bare('list')).rejects.toThrow(/--data-dir, or a --registry/)
    await expect(bare('list', '--registry', 'databricks-uc')).rejects.toThrow(/--registry needs --model/)
    await expect(bare('list', '--registry', 'mlflow', '--model', 'm')).rejects.toThrow(
      /neither databricks-uc nor/,
    )
  }, 60_000)
})
