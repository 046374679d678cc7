import { databricksWorkspace } from '../../src/cli/databricks/workspace.ts'
import { warehouseSql } from '../../src/features/lake/databricks/warehouse-sql.ts'
import { connectSpark, type SparkConnection, type SparkSql } from '../../src/features/lake/spark/spark-sql.ts'
import type { SqlConnection } from '../../src/features/lake/sql-connection.ts'
import type { Table } from '../cloud/databricks/fake-warehouse.ts'
import { WAREHOUSE } from '../cloud/databricks/fake-warehouse.ts'
import { FakeWorkspace, TOKEN } from '../cloud/databricks/fake-workspace.ts'

const CHUNK_ROWS = 1000

/** The client of a Databricks warehouse, whose statements a fake of the API hands to a real Spark with Delta. */
export async function warehouseOverSpark(connection: SparkConnection): Promise<SqlConnection> {
  const [workspace, spark] = [await FakeWorkspace.start(), await connectSpark(connection)]
  // One after the other: they share a session, which a warehouse's do not.
  let before: Promise<unknown> = Promise.resolve()
  workspace.warehouse.chunkRows = CHUNK_ROWS
  workspace.warehouse.execute = (sql, { schema }) => {
    const run = before.then(async () => {
      if (schema !== null) await spark.query(`USE SCHEMA \`${schema}\``)
      return asTable(spark, sql)
    })
    before = run.catch(() => {})
    return run
  }
  const client = databricksWorkspace({ DATABRICKS_HOST: workspace.url, DATABRICKS_TOKEN: TOKEN })
  const warehouse = warehouseSql({ client, warehouseId: WAREHOUSE, pollMs: 20 })
  const close = async () => {
    await Promise.all([spark.close(), workspace.close()])
  }
  return { ...warehouse, close }
}

/** Cells as a warehouse writes them: text, nested ones as JSON. */
async function asTable(spark: SparkSql, sql: string): Promise<Table> {
  if (!/^\s*(SELECT|WITH|VALUES)\b/i.test(sql)) {
    await spark.query(sql)
    return { columns: [], rows: [] }
  }
  const described = await spark.query(`DESCRIBE QUERY ${sql}`)
  const columns = described.map((row) => ({
    name: String(row['col_name']),
    type_name: typeName(String(row['data_type'])),
  }))
  const cells = columns.map(({ name, type_name }, index) => {
    const cell = NESTED.has(type_name) ? `TO_JSON(\`${name}\`)` : `CAST(\`${name}\` AS STRING)`
    return `${cell} AS c${index}`
  })
  const rows = await spark.query(`SELECT ${cells.join(', ')} FROM (${sql})`)
  const textOf = (value: unknown) => (value === null ? null : String(value))
  return { columns, rows: rows.map((row) => columns.map((_, index) => textOf(row[`c${index}`]))) }
}

const NESTED = new Set(['ARRAY', 'MAP', 'STRUCT'])
const NAMES: Readonly<Record<string, string>> = { BIGINT: 'LONG', TINYINT: 'BYTE', SMALLINT: 'SHORT' }

/** `decimal(20,0)` is DECIMAL. */
function typeName(type: string): string {
  const word = (/^[a-z]+/i.exec(type)?.[0] ?? type).toUpperCase()
  return NAMES[word] ?? word
}
