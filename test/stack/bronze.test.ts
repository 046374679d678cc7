import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalog } from '../../src/catalog/catalog.ts'
import { databricksDeployment } from '../../src/cli/deploying/databricks/databricks-deployment.ts'
import { type BronzeTable, bronze } from '../../src/compile/spark/bronze.ts'
import { connectSpark, type SparkSql } from '../../src/features/lake/spark/spark-sql.ts'
import { withProofStack } from './proof-stack.ts'

/** One of flat columns, one of nested; each table takes its statements. */
const TOPICS = ['orders', 'customers']
/** Of its own: other suites have a schema `bronze` on the same Spark. */
const SCHEMAS = { landing: 'landed', bronze: 'taken' }

await withProofStack(
  (stack) => {
    describe('bronze of what Tableflow has landed, on Spark with Delta', () => {
      const tables = databricksDeployment(catalog).tables.flatMap(({ name, columns }): BronzeTable[] => {
        const [schema, own = ''] = name.split('.')
        const typed = Object.entries(columns).map(([column, type]) => ({ name: column, type }))
        return schema === 'bronze' && TOPICS.includes(own) ? [{ name: own, columns: typed, avro: '' }] : []
      })
      let spark: SparkSql
      beforeAll(async () => {
        spark = await connectSpark(stack().spark)
        for (const schema of Object.values(SCHEMAS)) await spark.query(`CREATE SCHEMA ${schema}`)
        for (const { name, columns } of tables) {
          const own = columns.map((column) => `\`${column.name}\` ${column.type}`).join(', ')
          await spark.query(
            `CREATE TABLE landed.${name} (${own}, \`$$partition\` INT, \`$$offset\` BIGINT, \`$$timestamp\` TIMESTAMP) USING DELTA`,
          )
        }
      })
      afterAll(() => spark?.close())

      const land = (partition: number, offset: number, person: string) =>
        spark.query(
          `INSERT INTO landed.orders (order_id, customer_id, \`$$partition\`, \`$$offset\`, \`$$timestamp\`)
           VALUES ('o${partition}-${offset}', '${person}', ${partition}, ${offset}, TIMESTAMP_MILLIS(1764000000123))`,
        )
      const run = async () => {
        for (const statement of bronze(tables, 'tableflow', SCHEMAS).sql.split(/;\n+/))
          if (statement !== '') await spark.query(statement)
        const rows = await spark.query(
          'SELECT order_id, log_partition, log_offset, logged_at FROM taken.orders ORDER BY log_partition, log_offset',
        )
        return rows.map((row) => [row['order_id'], Number(row['logged_at'])])
      }

      test('takes each record once, and not again who was erased', async () => {
        const at = 1_764_000_000_123
        await land(0, 7, 'c1')
        await land(1, 7, 'c2')
        await land(1, 7, 'c2')
        expect(await run()).toEqual([
          ['o0-7', at],
          ['o1-7', at],
        ])
        await spark.query(`DELETE FROM taken.orders WHERE customer_id = 'c2'`)
        await land(0, 8, 'c1')
        await land(1, 8, 'c3')
        const after = [
          ['o0-7', at],
          ['o0-8', at],
          ['o1-8', at],
        ]
        expect(await run()).toEqual(after)
        expect(await run()).toEqual(after)
      })
    })
  },
  ['spark'],
)
