import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { FakeWorkspace, TOKEN } from '../../../../test/cloud/databricks/fake-workspace.ts'
import { databricksWorkspace } from '../../../cli/databricks/workspace.ts'
import { seededRandom } from '../../../core/random.ts'
import { randomRanker } from '../../rankers/random-ranker.ts'
import { rankerFiles } from '../../rankers/ranker-artefact.ts'
import { artefactRegistryContract, trainedModel } from '../artefact-registry.contract.ts'
import { mlflowRegistry } from './mlflow-registry.ts'
import { type UnityCatalogModel, unityCatalogStore } from './unity-catalog.ts'

let workspace: FakeWorkspace
beforeAll(async () => {
  workspace = await FakeWorkspace.start()
})
afterAll(() => workspace.close())
afterEach(() => {
  workspace.planned.length = 0
})

const QUICK = { retry: { retries: 2, pauseMs: 1, maxPauseMs: 5 } }
const client = () => databricksWorkspace({ DATABRICKS_HOST: workspace.url, DATABRICKS_TOKEN: TOKEN }, QUICK)
const registryOf = (model: UnityCatalogModel) => mlflowRegistry(unityCatalogStore(client(), model))

let models = 0
artefactRegistryContract('Unity Catalog', () => {
  models += 1
  return registryOf({ name: `main.shop.contract_${models}` })
})

describe('a model in Unity Catalog', () => {
  test('has the files of MLflow’s flavour at its top, and its run in an experiment', async () => {
    const { manifest, files } = trainedModel(7)
    const shape = { shape: 'oblivious', depth: 2, featureCount: 3, treeCount: 2 } as const
    const ranker = randomRanker(seededRandom('uc'), shape)
    const registry = registryOf({ name: 'main.shop.ranker', experiment: '/Shared/endcap' })
    const before = workspace.exchanges.length
    await registry.publish({
      manifest: { ...manifest, metrics: { 'ndcg@10': 0.5 } },
      files: new Map([...files, ...rankerFiles(ranker)]),
    })
    const exchanges = workspace.exchanges.slice(before)
    const stored = exchanges.filter(({ method }) => method === 'PUT').map(({ path }) => path.split('/1/')[1])
    expect(stored).toEqual([
      ...['model.onnx', 'MLmodel', 'requirements.txt', 'python_env.yaml', 'conda.yaml'],
      ...['endcap/weights.bin', 'endcap/items.txt', 'endcap/ranker.bin', 'endcap/manifest.json'],
    ])
    const logged = exchanges.find(({ path }) => path.endsWith('/runs/log-batch'))?.request
    expect(logged).toMatchObject({ metrics: [{ key: 'ndcg_at_10', value: 0.5 }] })
    expect(exchanges.at(-1)?.request).toMatchObject({ status: 'FINISHED' })
  })

  test('that could not be stored whole is not there, and the store says so', async () => {
    const registry = registryOf({ name: 'main.shop.half' })
    const full = { status: 507, text: '{"error_code":"NO_SPACE","message":"full"}' }
    // Reading, making, creating; then the first file, three times.
    const done = { carriedOut: true }
    workspace.planned.push(done, done, done, done, full, full, full)
    await expect(registry.publish(trainedModel(1))).rejects.toThrow()
    workspace.planned.length = 0
    expect(await registry.versions()).toEqual([])
    const version = (await registry.publish(trainedModel(1))).version
    expect(await registry.versions()).toEqual([version])
  })

  test('whose alias names a version of somebody else’s is no model of ours', async () => {
    const registry = registryOf({ name: 'main.shop.foreign' })
    await registry.publish(trainedModel(1))
    await client().json({
      method: 'POST',
      path: '/api/2.0/mlflow/unity-catalog/model-versions/create',
      body: { name: 'main.shop.foreign', source: 'by-hand' },
      what: 'make a version by hand',
    })
    workspace.models.setAlias('main.shop.foreign', 'champion', '2')
    await expect(registry.current()).rejects.toMatchObject({
      code: 'CORRUPT_ARTEFACT',
      message: expect.stringContaining('version 2 has no tag endcap_version'),
    })
  })

  test('is read whole or not at all', async () => {
    const registry = registryOf({ name: 'main.shop.damaged' })
    const { version } = await registry.publish(trainedModel(1))
    const store = unityCatalogStore(client(), { name: 'main.shop.damaged' })
    const [stored] = await store.versions()
    if (stored === undefined) throw new Error('the version is not there')
    const manifest = await store.readFile(stored, 'endcap/manifest.json')
    expect(await store.readFile(stored, 'endcap/none')).toBeNull()
    workspace.models.damage('main.shop.damaged', '1', 'endcap/items.txt')
    await expect(registry.load(version)).rejects.toMatchObject({
      code: 'CORRUPT_ARTEFACT',
      place: expect.stringContaining('version 1/endcap/items.txt'),
    })
    expect(manifest?.length).toBeGreaterThan(100)
  })

  test('is asked for by names and credentials that are told when they are wrong', async () => {
    expect(() => registryOf({ name: 'ranker' })).toThrow(/'ranker' is no catalog\.schema\.model/)
    expect(() => databricksWorkspace({})).toThrow(/DATABRICKS_HOST is not set/)
    expect(() => databricksWorkspace({ DATABRICKS_HOST: 'dbc-1' })).toThrow(/DATABRICKS_TOKEN is not set/)
    const wrong = databricksWorkspace({ DATABRICKS_HOST: workspace.url, DATABRICKS_TOKEN: 'other' }, QUICK)
    const store = unityCatalogStore(wrong, { name: 'main.shop.ranker' })
    await expect(mlflowRegistry(store).current()).rejects.toMatchObject({
      message: expect.stringContaining('HTTP 401: UNAUTHENTICATED'),
      remedy: expect.stringContaining('DATABRICKS_TOKEN'),
    })
  })
})
