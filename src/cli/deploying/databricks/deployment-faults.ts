import type { Catalog } from '../../../catalog/catalog.ts'
import { sparkSql } from '../../../compile/spark/spark-sql.ts'
import type { Finding } from '../finding.ts'
import { databricksDeployment, USE_CATALOG } from './databricks-deployment.ts'
import type { DatabricksDeployment } from './deployment.ts'

/** What is wrong with a deployment: names, sizes, texts, and what is not what the catalog gives. */
export function databricksFaults(deployment: DatabricksDeployment, catalog: Catalog): readonly Finding[] {
  return [
    ...nameFaults(deployment),
    ...columnFaults(deployment, catalog),
    ...scriptFaults(deployment),
    ...staleness(deployment, databricksDeployment(catalog)),
  ]
}

/** Unity Catalog folds names to lower case, and forbids dots, spaces, slashes and control characters in them. */
const UNITY_NAME = /^[a-z0-9_]{1,255}$/

function nameFaults({ schemas, volumes, models, tables }: DatabricksDeployment): readonly Finding[] {
  const within = [...volumes, ...models, ...tables.map(({ name }) => name)]
  return [
    ...schemas
      .filter((name) => !UNITY_NAME.test(name))
      .map((name) => ({ name, message: 'is no name of a schema' })),
    ...within.flatMap((name) => {
      const [schema = '', own = '', ...more] = name.split('.')
      if (!UNITY_NAME.test(own) || more.length > 0) return [{ name, message: 'is no name in a schema' }]
      return schemas.includes(schema) ? [] : [{ name, message: `there is no schema '${schema}'` }]
    }),
    ...within
      .filter((name, index) => within.indexOf(name) !== index)
      .map((name) => ({ name, message: 'is there twice' })),
  ]
}

/** Bronze has every column that the catalog's SQL reads; a record may have more fields than are read. */
function columnFaults({ tables }: DatabricksDeployment, catalog: Catalog): readonly Finding[] {
  return catalog.sources.flatMap((source) => {
    const name = `bronze.${source.name}`
    const table = tables.find((one) => one.name === name)
    if (table === undefined) return [{ name, message: 'the table is missing' }]
    const read = sparkSql.tableColumns(source).filter((column) => column.name in source.columns)
    return read.flatMap((column) => {
      const type = table.columns[column.name]
      if (type === undefined) return [{ name, message: `the column '${column.name}' is missing` }]
      const isNested = /^(ARRAY|STRUCT)/.test(column.type)
      const same = isNested ? type.split('<')[0] === column.type.split('<')[0] : type === column.type
      return same ? [] : [{ name, message: `'${column.name}' is ${type}, not ${column.type}` }]
    })
  })
}

/** Of one statement. @source Databricks documentation, Statement Execution API */
const MAX_STATEMENT_BYTES = 16 * 1024 * 1024

function scriptFaults({ scripts }: DatabricksDeployment): readonly Finding[] {
  return scripts.flatMap(({ name, sql }) => [
    ...(sql.startsWith(USE_CATALOG) ? [] : [{ name, message: 'does not begin with the catalog' }]),
    ...(sql.endsWith(';\n') ? [] : [{ name, message: 'its last statement is not ended' }]),
    ...(Buffer.byteLength(sql) <= MAX_STATEMENT_BYTES ? [] : [{ name, message: 'is larger than 16 MiB' }]),
    ...parametersOf(sql)
      .filter((parameter) => parameter !== 'catalog')
      .map((parameter) => ({ name, message: `no job gives the parameter ':${parameter}'` })),
  ])
}

/** Outside of literals and quoted names. */
const parametersOf = (sql: string): readonly string[] =>
  Array.from(
    sql.replaceAll(/'[^']*'|`[^`]*`/g, '').matchAll(/(?<![:\w]):([a-z]\w*)/gi),
    ([, name = '']) => name,
  )

function staleness(is: DatabricksDeployment, wanted: DatabricksDeployment): readonly Finding[] {
  const names = new Set([...is.scripts, ...wanted.scripts].map(({ name }) => name))
  const textOf = ({ scripts }: DatabricksDeployment, name: string) =>
    scripts.find((script) => script.name === name)?.sql
  return [...names].flatMap((name) =>
    textOf(is, name) === textOf(wanted, name)
      ? []
      : [{ name, message: 'is not what the catalog gives: render again' }],
  )
}
