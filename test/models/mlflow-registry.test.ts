import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MlflowServer } from '../../src/cli/python/mlflow-server.ts'
import { missingPython, PYTHON_SOURCES, pythonEnvironment } from '../../src/cli/python/python-environment.ts'
import { seededRandom } from '../../src/core/random.ts'
import { randomRanker } from '../../src/models/rankers/random-ranker.ts'
import { rankerFiles } from '../../src/models/rankers/ranker-artefact.ts'
import { rowScorer } from '../../src/models/rankers/row-scorer.ts'
import {
  artefactRegistryContract,
  trainedModel,
} from '../../src/models/registry/artefact-registry.contract.ts'
import { mlflowClient } from '../../src/models/registry/mlflow/mlflow-client.ts'
import { mlflowRegistry } from '../../src/models/registry/mlflow/mlflow-registry.ts'
import { trackingServerStore } from '../../src/models/registry/mlflow/tracking-server.ts'

const missing = await missingPython()

describe.skipIf(missing !== null)(`a real MLflow server ${missing ?? ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'endcap-mlflow-'))
  let bin: string
  let server: MlflowServer
  let models = 0
  beforeAll(async () => {
    bin = await pythonEnvironment('mlflow', (line) => process.stderr.write(`${line}\n`))
    server = await MlflowServer.tracking(bin, folder)
  }, 300_000)
  afterAll(() => {
    server?.[Symbol.dispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  const client = () => mlflowClient({ address: server.url })
  const registryOf = (name: string) => mlflowRegistry(trackingServerStore(client(), name))

  artefactRegistryContract('an MLflow server', () => {
    models += 1
    return registryOf(`contract-${models}`)
  })

  test('shows the figures of a run, and MLflow’s own client loads the current model and scores as Node does', async () => {
    const { manifest, files } = trainedModel(7)
    const shape = { shape: 'oblivious', depth: 3, featureCount: 4, treeCount: 20 } as const
    const ranker = randomRanker(seededRandom('mlflow'), shape)
    const registry = registryOf('shop')
    const { version } = await registry.publish({
      manifest: { ...manifest, model: 'two-stage', metrics: { 'ndcg@10': 0.125 } },
      files: new Map([...files, ...rankerFiles(ranker)]),
    })
    await registry.promote(version)
    const rows = [
      [0.5, null, -3, 2],
      [7, 0, null, -1],
    ]
    const said: { run: unknown; scores: number[] } = JSON.parse(
      execFileSync(
        join(bin, 'python'),
        [join(PYTHON_SOURCES, 'mlflow_witness.py'), server.url, 'shop', 'champion'],
        {
          input: JSON.stringify({ columns: ranker.featureNames, data: rows }),
          encoding: 'utf8',
          stdio: ['pipe', 'pipe', 'ignore'],
        },
      ),
    )
    expect(said.run).toMatchObject({
      status: 'FINISHED',
      name: version,
      metrics: { ndcg_at_10: 0.125 },
      params: { model: 'two-stage', log_position: '7', ridge: '150' },
    })
    const columns = ranker.featureNames.flatMap((_, feature) => rows.map((row) => row[feature] ?? Number.NaN))
    const table = { rowCount: 2, featureCount: 4, values: Float32Array.from(columns) }
    const expected = rowScorer(ranker.featureNames, ranker.quantiser, ranker.forest).score(table)
    for (const [row, score] of said.scores.entries())
      expect(score).toBeCloseTo(expected[row] ?? Number.NaN, 5)
    expect(said.scores).toHaveLength(2)
  }, 120_000)

  test('whose alias somebody has moved by hand says what is current, and goes back from there', async () => {
    const registry = registryOf('by-hand')
    const [first, second] = [await registry.publish(trainedModel(1)), await registry.publish(trainedModel(2))]
    await registry.promote(first.version)
    const store = trackingServerStore(client(), 'by-hand')
    const moved = (await store.versions()).find(({ tags }) => tags.get('endcap_version') === second.version)
    if (moved === undefined) throw new Error('the version is not there')
    await store.setAlias('champion', moved)
    expect(await registry.current()).toBe(second.version)
    expect(await registry.promotions()).toEqual([first.version, second.version])
    await registry.promote(first.version)
    expect(await registry.promotions()).toEqual([first.version, second.version, first.version])
  }, 60_000)
})
