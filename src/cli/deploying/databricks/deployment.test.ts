import { describe, expect, test } from 'vitest'
import { count } from '../../../algebra/view.ts'
import { catalog } from '../../../catalog/catalog.ts'
import { shopperActivity } from '../../../catalog/views/shopper-activity.ts'
import { databricksDeployment } from './databricks-deployment.ts'
import type { DatabricksDeployment } from './deployment.ts'
import { databricksChanges } from './deployment-changes.ts'
import { databricksFaults } from './deployment-faults.ts'

const first = databricksDeployment(catalog)
const messages = (deployment: DatabricksDeployment) =>
  databricksFaults(deployment, catalog).map(({ name, message }) => `${name}: ${message}`)
const replaced = (was: string, is: string): DatabricksDeployment => ({
  ...first,
  scripts: first.scripts.map(({ name, sql }) => ({ name, sql: sql.replace(was, is) })),
})

describe('the deployment of a catalog at Databricks', () => {
  test('has nothing that is known to be wrong, and is the same when it is made again', () => {
    expect(messages(first)).toEqual([])
    expect(databricksDeployment(catalog)).toEqual(first)
  })

  test('keeps every record of every topic, by each way from Kafka', () => {
    for (const { name } of catalog.sources) {
      for (const way of ['tableflow', 'connector', 'kafka']) {
        const script = first.scripts.find((one) => one.name === `00.bronze.${way}.sql`)
        expect(script?.sql).toContain(`INSERT INTO \`bronze\`.\`${name}\``)
      }
    }
  })

  test.each([
    ['a text that is not what the catalog gives', replaced('COUNT(', 'SUM('), 'render again'],
    ['a parameter that no job gives', replaced('`landing`.`orders`', 'IDENTIFIER(:landing)'), `':landing'`],
    ['no catalog', replaced('USE CATALOG', 'USE SCHEMA'), 'does not begin with the catalog'],
    ['a statement that is not ended', replaced(';\n\nCREATE', '\n\nCREATE'), 'render again'],
    ['a name that Unity Catalog folds', { ...first, schemas: ['Bronze'] }, 'is no name of a schema'],
    [
      'a table in no schema',
      { ...first, tables: [{ name: 'brass.orders', columns: {} }] },
      `no schema 'brass'`,
    ],
    ['a volume that is there twice', { ...first, volumes: ['models.a', 'models.a'] }, 'is there twice'],
    [
      'a column of another type',
      {
        ...first,
        tables: first.tables.map((table) =>
          table.name === 'bronze.orders' ? { ...table, columns: { ...table.columns, sku: 'BIGINT' } } : table,
        ),
      },
      `'sku' is BIGINT, not STRING`,
    ],
  ])('%s is found', (_name, deployment, words) => {
    expect(messages(deployment).join('\n')).toContain(words)
  })
})

describe('a change of the deployment', () => {
  const lossesTo = (after: DatabricksDeployment) =>
    databricksChanges(first, after).losses.map(({ name, message }) => `${name}: ${message}`)
  const columnsOf = (change: Readonly<Record<string, string>> | null): DatabricksDeployment => ({
    ...first,
    tables: first.tables.flatMap((table) => {
      if (table.name !== 'bronze.orders') return [table]
      return change === null ? [] : [{ ...table, columns: change }]
    }),
  })
  const orders = first.tables.find(({ name }) => name === 'bronze.orders')?.columns ?? {}
  const { sku: _sku, ...withoutSku } = orders

  test.each([
    ['a schema', { ...first, schemas: first.schemas.slice(1) }, 'landing: the schema'],
    ['a volume', { ...first, volumes: first.volumes.slice(1) }, 'models.training: the volume'],
    ['a model', { ...first, models: [] }, 'models.recommender: the model'],
    ['a table of the log', columnsOf(null), 'bronze.orders: the table is gone'],
    ['a column of the log', columnsOf(withoutSku), `bronze.orders: the column 'sku' is gone`],
    ['a type of the log', columnsOf({ ...orders, sku: 'BIGINT' }), 'was STRING and is BIGINT'],
  ])('that drops %s loses state', (_name, after, words) => {
    expect(lossesTo(after).join('\n')).toContain(words)
  })

  test('of a view loses nothing: its tables are computed anew', () => {
    const changed = {
      ...catalog,
      views: catalog.views.map((view) =>
        view.name === shopperActivity.name
          ? { ...view, measures: { ...view.measures, all_rows: count() } }
          : view,
      ),
    }
    const { losses, notes } = databricksChanges(first, databricksDeployment(changed))
    expect(losses).toEqual([])
    expect(notes.map(({ message }) => message)).toEqual([
      'the table is new',
      'is computed no longer; the table stays until it is dropped',
    ])
  })

  test('that adds a column says what to run once', () => {
    const { losses, notes } = databricksChanges(columnsOf(withoutSku), first)
    expect(losses).toEqual([])
    expect(notes).toEqual([
      {
        name: 'bronze.orders',
        message: 'before the next run: ALTER TABLE bronze.orders ADD COLUMN `sku` STRING',
      },
    ])
  })
})
