import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databricksWorkspace } from '../../../src/cli/databricks/workspace.ts'
import {
  missingPython,
  PYTHON_SOURCES,
  pythonEnvironment,
} from '../../../src/cli/python/python-environment.ts'
import { trainedModel } from '../../../src/models/registry/artefact-registry.contract.ts'
import { mlflowRegistry } from '../../../src/models/registry/mlflow/mlflow-registry.ts'
import { unityCatalogStore } from '../../../src/models/registry/mlflow/unity-catalog.ts'
import type { Exchange } from '../openapi-checker.ts'
import { FakeWorkspace, TOKEN } from './fake-workspace.ts'

const missing = await missingPython()
const NAME = 'main.shop.ranker'

/** Every kind of call that the registry makes. */
async function wholeLife(workspace: FakeWorkspace): Promise<void> {
  const client = databricksWorkspace({ DATABRICKS_HOST: workspace.url, DATABRICKS_TOKEN: TOKEN })
  const registry = mlflowRegistry(unityCatalogStore(client, { name: NAME, experiment: '/Shared/endcap' }))
  await registry.current()
  const versions = [1, 2, 3].map((position) => registry.publish(trainedModel(position)))
  for (const { version } of await Promise.all(versions)) await registry.promote(version)
  await registry.noteErasures(0)
  for (const version of await registry.promotions()) await registry.load(version)
}

describe.skipIf(missing !== null)(`exchanges with Unity Catalog’s registry ${missing ?? ''}`, () => {
  let workspace: FakeWorkspace
  let bin: string
  beforeAll(async () => {
    bin = await pythonEnvironment('mlflow', (line) => process.stderr.write(`${line}\n`))
    workspace = await FakeWorkspace.start()
    await wholeLife(workspace)
  })
  afterAll(() => workspace?.close())

  /** What MLflow's own messages say of each exchange; null for what is none of theirs. */
  function breaches(exchanges: readonly Exchange[]): readonly (readonly string[] | null)[] {
    const input = JSON.stringify(exchanges.filter(({ path }) => !path.startsWith('/api/2.0/fs/files')))
    const args = [join(PYTHON_SOURCES, 'mlflow_strict.py')]
    return JSON.parse(execFileSync(join(bin, 'python'), args, { input, encoding: 'utf8' }))
  }
  const posted = (path: string): Exchange => {
    const found = workspace.exchanges.find((one) => one.method === 'POST' && one.path.endsWith(path))
    if (found === undefined) throw new Error(`nothing was posted to ${path}`)
    return found
  }

  test('are what MLflow’s protobuf messages say, in both directions', () => {
    const found = breaches(workspace.exchanges)
    expect(found.length).toBeGreaterThan(40)
    expect(found.filter((one) => one === null)).toEqual([])
    expect(found.flat()).toEqual([])
    const files = workspace.exchanges.filter(({ path }) => path.startsWith('/api/2.0/fs/files'))
    expect(new Set(files.map(({ method, status }) => `${method} ${status}`))).toEqual(
      new Set(['PUT 204', 'GET 200']),
    )
    expect(files[0]).toMatchObject({
      contentType: 'application/octet-stream',
      query: { overwrite: 'true' },
      path: expect.stringMatching(/^\/api\/2\.0\/fs\/files\/Models\/main\/shop\/ranker\/\d\/MLmodel$/),
    })
  })

  test('a planted error in a request or an answer is found', () => {
    const [version, alias, batch] = [
      'model-versions/create',
      'registered-models/alias',
      'runs/log-batch',
    ].map(posted)
    if (version === undefined || alias === undefined || batch === undefined)
      throw new Error('bug: no exchanges')
    const changed = (exchange: Exchange, change: object): Exchange => ({
      ...exchange,
      request: { ...Object(exchange.request), ...change },
    })
    const { version: _, ...withoutVersion } = Object(alias.request)
    const planted: readonly (readonly [Exchange, string])[] = [
      [changed(version, { run_link: 'x' }), 'run_link'],
      [changed(version, { tags: { endcap_version: '1' } }), 'tags'],
      [changed(version, { source: undefined }), `required 'source' is missing`],
      [changed(version, { tags: [{ name: 'endcap_version' }] }), 'name'],
      [{ ...alias, request: withoutVersion }, `required 'version' is missing`],
      [changed(batch, { metrics: [{ key: 'a', value: 'much' }] }), 'metrics'],
      [{ ...version, response: { model_version: { status: 'DONE' } } }, 'DONE'],
      [{ ...alias, path: alias.path.replace('alias', 'aliases') }, 'null'],
    ]
    const found = breaches(planted.map(([exchange]) => exchange))
    for (const [index, [, words]] of planted.entries()) expect(JSON.stringify(found[index])).toContain(words)
  })
})

if (missing !== null) test('exchanges with Unity Catalog’s registry', (context) => context.skip(missing))
