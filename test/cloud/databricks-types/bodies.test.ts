import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databricksWorkspace } from '../../../src/cli/databricks/workspace.ts'
import { databricksCheck } from '../../../src/cli/doctor/databricks-check.ts'
import { catalogDefinitions } from '../../../src/cli/verification/definitions.ts'
import { SCRIPT_NAMES } from '../../../src/compile/spark/medallion.ts'
import { warehouseSql } from '../../../src/features/lake/databricks/warehouse-sql.ts'
import { Lakehouse } from '../../../src/features/lake/lakehouse.ts'
import { trainedModel } from '../../../src/models/registry/artefact-registry.contract.ts'
import { mlflowRegistry } from '../../../src/models/registry/mlflow/mlflow-registry.ts'
import { serveVersion } from '../../../src/models/registry/mlflow/serving-endpoint.ts'
import { unityCatalogStore } from '../../../src/models/registry/mlflow/unity-catalog.ts'
import { PRINCIPAL, PRINCIPAL_SECRET, VOLUME } from '../databricks/fake-identity.ts'
import { WAREHOUSE } from '../databricks/fake-warehouse.ts'
import { FakeWorkspace, TOKEN } from '../databricks/fake-workspace.ts'
import type { Exchange } from '../openapi-checker.ts'
import { bodyBreaches } from './body-checker.ts'

/** Every kind of call that is made of a workspace. */
async function wholeLife(workspace: FakeWorkspace): Promise<void> {
  const client = databricksWorkspace({ DATABRICKS_HOST: workspace.url, DATABRICKS_TOKEN: TOKEN })
  await databricksCheck({
    DATABRICKS_HOST: workspace.url,
    DATABRICKS_CLIENT_ID: PRINCIPAL,
    DATABRICKS_CLIENT_SECRET: PRINCIPAL_SECRET,
    DATABRICKS_WAREHOUSE_ID: WAREHOUSE,
    DATABRICKS_VOLUME: VOLUME,
  })
  const sql = warehouseSql({ client, warehouseId: WAREHOUSE, catalog: 'main', pollMs: 1 })
  const definitions = catalogDefinitions()
  const lakehouse = new Lakehouse({ sql, definitions })
  await lakehouse.run(SCRIPT_NAMES)
  workspace.warehouse.execute = async () => ({
    columns: ['left_item', 'right_item']
      .map((name) => ({ name, type_name: 'STRING' }))
      .concat({
        name: 'weight',
        type_name: 'LONG',
      }),
    rows: Array.from({ length: 5 }, (_, n) => [`a${n}`, 'b', String(n)]),
  })
  for (const plan of definitions.pairs) await lakehouse.pairs(plan)
  await sql.query('SELECT 1')
  workspace.warehouse.execute = () => Promise.reject(new Error('no'))
  await sql.query('SELECT 1').catch(() => {})
  workspace.warehouse.execute = () => new Promise(() => {})
  const hasty = warehouseSql({ client, warehouseId: WAREHOUSE, pollMs: 1, timeoutMs: 5 })
  await hasty.query('SELECT 1').catch(() => {})
  for (const number of ['1', '2']) {
    const served = { endpoint: 'ranker', model: 'main.shop.ranker', number, isMade: true }
    await serveVersion(client, served, { pollMs: 1 })
  }
  const model = { name: 'main.shop.ranker', experiment: '/Shared/endcap' }
  await mlflowRegistry(unityCatalogStore(client, model)).publish(trainedModel(1))
}

const PLANTED: readonly (readonly [string, string, (body: Body) => object, string])[] = [
  ['a member that there is not', 'statements', (body) => ({ ...body, warehouse: 'x' }), `'warehouse'`],
  [
    'a value that there is not',
    'statements',
    (body) => ({ ...body, format: 'JSON' }),
    '.format must be equal to one',
  ],
  [
    'a number for a text',
    'statements',
    (body) => ({ ...body, wait_timeout: 10 }),
    '.wait_timeout must be string',
  ],
  ['no warehouse', 'statements', ({ warehouse_id: _, ...body }) => body, `required property 'warehouse_id'`],
  [
    'a member that there is not, further in',
    'statements',
    (body) => ({ ...body, parameters: [{ name: 'a', kind: 'INT' }] }),
    `.parameters.0 must NOT have additional properties 'kind'`,
  ],
  [
    'a metric that is text',
    'log-batch',
    (body) => ({ ...body, metrics: [{ key: 'a', value: '1' }] }),
    'must be number',
  ],
  [
    'a number for the version that is served',
    'config',
    (body) => ({ ...body, served_entities: [{ entity_name: 'm', entity_version: 1 }] }),
    '.served_entities.0.entity_version must be string',
  ],
]

describe('bodies of calls of a workspace', () => {
  let workspace: FakeWorkspace
  beforeAll(async () => {
    workspace = await FakeWorkspace.start()
    await wholeLife(workspace)
  })
  afterAll(() => workspace.close())
  const posted = (end: string): Exchange => {
    const found = workspace.exchanges.find(({ method, path }) => method !== 'GET' && path.endsWith(`/${end}`))
    if (found === undefined) throw new Error(`nothing was posted to ${end}`)
    return found
  }

  test('are what the types of Databricks’ own client say, in both directions', () => {
    const checked = workspace.exchanges.map((exchange) => ({ exchange, breaches: bodyBreaches(exchange) }))
    expect(checked.flatMap(({ breaches }) => breaches ?? [])).toEqual([])
    const unchecked = checked.filter(({ breaches }) => breaches === null).map(({ exchange }) => exchange.path)
    // Unity Catalog's registry is held to MLflow's messages; files, what links lead to and the form for a token have no JSON.
    const others = /^\/(oidc\/v1|api\/2\.0\/mlflow\/unity-catalog|api\/2\.0\/fs\/files\/Models|fake-store)\//
    expect(unchecked.filter((path) => !others.test(path))).toEqual([])
    const kinds = new Set(
      checked
        .filter(({ breaches }) => breaches !== null)
        .map(
          ({ exchange: { method, path } }) =>
            `${method} ${path.replace(/01f0-\d+/, '*').replace(/\/\d$/, '/n')}`,
        ),
    )
    expect(kinds).toEqual(
      new Set([
        'GET /api/2.0/preview/scim/v2/Me',
        `GET /api/2.0/sql/warehouses/${WAREHOUSE}`,
        'GET /api/2.1/unity-catalog/volumes/main.shop.data',
        'POST /api/2.0/sql/statements',
        'GET /api/2.0/sql/statements/*',
        'POST /api/2.0/sql/statements/*/cancel',
        'GET /api/2.0/sql/statements/*/result/chunks/n',
        'GET /api/2.0/serving-endpoints/ranker',
        'POST /api/2.0/serving-endpoints',
        'PUT /api/2.0/serving-endpoints/ranker/config',
        'GET /api/2.0/mlflow/experiments/get-by-name',
        'POST /api/2.0/mlflow/experiments/create',
        'POST /api/2.0/mlflow/runs/create',
        'POST /api/2.0/mlflow/runs/log-batch',
        'POST /api/2.0/mlflow/runs/update',
      ]),
    )
  })

  test.for(PLANTED)('a planted error in a request is found: %s', ([, path, change, words]) => {
    const exchange = posted(path)
    expect(bodyBreaches(exchange)).toEqual([])
    const planted = { ...exchange, request: change({ ...Object(exchange.request) }) }
    expect(bodyBreaches(planted)?.join('\n')).toContain(words)
  })

  test('a planted error in an answer is found', () => {
    const planted = { ...posted('statements'), response: { statement_id: '1', status: { state: 'DONE' } } }
    expect(bodyBreaches(planted)?.join('\n')).toContain('answer.status.state must be equal to one')
  })
})

type Body = Readonly<Record<string, unknown>>
