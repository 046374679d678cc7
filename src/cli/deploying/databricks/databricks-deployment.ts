import type { Catalog } from '../../../catalog/catalog.ts'
import { type Definitions, streamsOf } from '../../../compile/definitions.ts'
import { planDefinitions } from '../../../compile/plan-definitions.ts'
import { type BronzeTable, bronze, LANDING_WAYS, LOG_POSITIONS } from '../../../compile/spark/bronze.ts'
import { ERASE_LIST, goldTable } from '../../../compile/spark/medallion.ts'
import { fileText, sqlFiles } from '../../../compile/sql-files.ts'
import { sourceSchema } from '../source-schema.ts'
import { avroColumns, bareSchema } from './avro-columns.ts'
import {
  DATABRICKS_FORMAT,
  type DatabricksDeployment,
  type DeployedScript,
  type DeployedTable,
  REGISTERED_MODEL,
  SCHEMAS,
  VOLUMES,
} from './deployment.ts'

/** First statement of every script: the catalog is a parameter of the job. */
export const USE_CATALOG = 'USE CATALOG IDENTIFIER(:catalog);\n'

/** What a catalog needs at Databricks. Pure: the same catalog gives the same deployment. */
export function databricksDeployment(catalog: Catalog): DatabricksDeployment {
  const definitions = planDefinitions(catalog)
  const bronzeTables = bronzeTablesOf(catalog)
  return {
    format: DATABRICKS_FORMAT,
    schemas: SCHEMAS,
    volumes: VOLUMES,
    models: [REGISTERED_MODEL],
    tables: [...bronzeTables.map(deployed), ...computed(definitions)],
    scripts: scriptsOf(bronzeTables, definitions),
  }
}

const bronzeTablesOf = ({ sources }: Catalog): readonly BronzeTable[] =>
  sources.map(({ name }) => {
    const schema = sourceSchema(name)
    return { name, columns: avroColumns(schema), avro: bareSchema(schema) }
  })

const deployed = ({ name, columns }: BronzeTable): DeployedTable => ({
  name: `bronze.${name}`,
  columns: Object.fromEntries(columns.map((column) => [column.name, column.type])),
})

/** Tables that follow from bronze. */
function computed(definitions: Definitions): readonly DeployedTable[] {
  const { streams, views, batchViews, pairs } = definitions
  const names = [
    `bronze.${LOG_POSITIONS}`,
    ...streamsOf(definitions).map(({ name }) => `silver.${name}`),
    ...streams.map(({ name }) => `silver.${name}_refusals`),
    `silver.${ERASE_LIST}`,
    ...[...views, ...batchViews].map((plan) => `gold.${goldTable(plan)}`),
    ...pairs.map((plan) => `gold.${plan.pairs.name}`),
  ]
  return names.map((name) => ({ name, columns: {} }))
}

const scriptsOf = (tables: readonly BronzeTable[], definitions: Definitions): readonly DeployedScript[] => [
  ...LANDING_WAYS.map((way) => {
    const { name, sql } = bronze(tables, way)
    return { name, sql: `${USE_CATALOG}\n${sql}` }
  }),
  ...sqlFiles(definitions, { engine: 'spark', dialect: 'databricks' }).map(({ name, sql }) => ({
    name,
    sql: fileText(sql),
  })),
]
