import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withFolder } from '../../../src/cli/bench/measuring.ts'
import { databricksWorkspace } from '../../../src/cli/databricks/workspace.ts'
import { PYTHON_SOURCES } from '../../../src/cli/python/python-environment.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { randomRanker } from '../../../src/models/rankers/random-ranker.ts'
import { rankerFiles } from '../../../src/models/rankers/ranker-artefact.ts'
import { rowScorer } from '../../../src/models/rankers/row-scorer.ts'
import { trainedModel } from '../../../src/models/registry/artefact-registry.contract.ts'
import { mlflowRegistry } from '../../../src/models/registry/mlflow/mlflow-registry.ts'
import { unityCatalogStore } from '../../../src/models/registry/mlflow/unity-catalog.ts'
import { pythonOrSkip } from '../../models/python.ts'
import { FakeWorkspace, TOKEN } from './fake-workspace.ts'

const NAME = 'main.shop.ranker'
const ROWS = [
  [0.5, null, -3],
  [7, 0, null],
]

test('MLflow’s own client of Unity Catalog finds, fetches and scores by what was registered', async (context) => {
  const bin = await pythonOrSkip(context, 'mlflow')
  const workspace = await FakeWorkspace.start()
  try {
    const env = { DATABRICKS_HOST: workspace.url, DATABRICKS_TOKEN: TOKEN }
    const registry = mlflowRegistry(unityCatalogStore(databricksWorkspace(env), { name: NAME }))
    const { manifest, files } = trainedModel(7)
    const shape = { shape: 'oblivious', depth: 3, featureCount: 3, treeCount: 20 } as const
    const ranker = randomRanker(seededRandom('uc'), shape)
    await registry.publish(trainedModel(6))
    const { version } = await registry.publish({
      manifest,
      files: new Map([...files, ...rankerFiles(ranker)]),
    })
    await registry.promote(version)
    const said = await withFolder((folder) =>
      ask(join(bin, 'python'), [NAME, 'champion', folder], env, { columns: ranker.featureNames, data: ROWS }),
    )
    const columns = ranker.featureNames.flatMap((_, feature) => ROWS.map((row) => row[feature] ?? Number.NaN))
    const table = { rowCount: 2, featureCount: 3, values: Float32Array.from(columns) }
    const scores = rowScorer(ranker.featureNames, ranker.quantiser, ranker.forest).score(table)
    expect(said).toEqual({
      current: '2',
      status: 'READY',
      tags: { endcap_version: version, endcap_promotions: '1' },
      versions: ['1', '2'],
      scores: Array.from(scores, (score) => expect.closeTo(score, 5)),
    })
  } finally {
    await workspace.close()
  }
})

/** Not waited for in the way of this process, which answers as the workspace. */
async function ask(
  python: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  table: object,
): Promise<unknown> {
  const child = spawn(python, [join(PYTHON_SOURCES, 'mlflow_uc_witness.py'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let [out, noise] = ['', '']
  child.stdout.on('data', (part) => {
    out += String(part)
  })
  child.stderr.on('data', (part) => {
    noise += String(part)
  })
  child.stdin.end(JSON.stringify(table))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`MLflow’s client ended with ${code}:\n${noise.slice(-2000)}`)
  return JSON.parse(out)
}
