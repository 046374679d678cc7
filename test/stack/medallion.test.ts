import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LoggedRecord } from '../../src/algebra/source.ts'
import { catalogDefinitions } from '../../src/cli/verification/definitions.ts'
import { sourcesOf } from '../../src/compile/definitions.ts'
import type { ViewPlan } from '../../src/compile/plan.ts'
import { goldTable } from '../../src/compile/spark/medallion.ts'
import { hostileEvents } from '../../src/features/hostile-events.ts'
import { DuckDbEngine } from '../../src/features/lake/duckdb/duckdb-engine.ts'
import { Lakehouse } from '../../src/features/lake/lakehouse.ts'
import { connectSpark, type SparkSql } from '../../src/features/lake/spark/spark-sql.ts'
import { withProofStack } from './proof-stack.ts'
import { warehouseOverSpark } from './warehouse-over-spark.ts'

const EVENTS = 300
/** Views of each kind: a merge, a sequence, sums of one that joins. */
const COMPARED = ['product_price', 'shopper_recent', 'segment_product']

await withProofStack(
  (stack) => {
    describe('bronze, silver and gold on Spark with Delta, through the client of a Databricks warehouse', () => {
      const everything = catalogDefinitions()
      const definitions = {
        ...everything,
        views: everything.views.filter(({ view }) => COMPARED.includes(view.name)),
        batchViews: everything.batchViews.filter(({ view }) => COMPARED.includes(view.name)),
        pairs: everything.pairs.slice(0, 1),
      }
      const plans = [...definitions.views, ...definitions.batchViews]
      const records = hostileEvents({ seed: 11, events: EVENTS, shoppers: 12, products: 15 })
      const cleanups = new AsyncDisposableStack()
      let spark: SparkSql
      let lakehouse: Lakehouse
      beforeAll(async () => {
        spark = await connectSpark(stack().spark)
        const sql = await warehouseOverSpark(stack().spark)
        cleanups.defer(() => sql.close())
        lakehouse = new Lakehouse({ sql, definitions })
        for (const schema of ['bronze', 'silver', 'gold']) await spark.query(`CREATE SCHEMA ${schema}`)
      })
      afterAll(async () => {
        await cleanups.disposeAsync()
        await spark?.close()
      })

      /** Bronze and DuckDB with these records. */
      async function fill(some: readonly LoggedRecord[]): Promise<DuckDbEngine> {
        const folder = await mkdtemp(join(stack().spark.filesFolder, 'bronze-'))
        const duckdb = await DuckDbEngine.open()
        cleanups.defer(() => duckdb.close())
        await duckdb.load(definitions, some)
        await duckdb.writeParquet(folder)
        for (const { name } of sourcesOf(definitions)) {
          const file = join(folder, `${name}.parquet`)
          await spark.query(
            `CREATE OR REPLACE TABLE bronze.${name} USING DELTA AS SELECT * FROM parquet.\`${file}\``,
          )
        }
        return duckdb
      }

      const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).toSorted()

      async function expectGold(duckdb: DuckDbEngine): Promise<void> {
        for (const plan of plans) {
          const kept = await lakehouse.tiles(plan)
          expect(kept.length, plan.view.name).toBeGreaterThan(0)
          expect(sorted(kept), plan.view.name).toEqual(sorted(await duckdb.tiles(plan)))
        }
        for (const plan of definitions.pairs) {
          expect(sorted(await lakehouse.pairs(plan))).toEqual(sorted(await duckdb.pairs(plan)))
        }
        for (const stream of definitions.streams) {
          expect(sorted(await lakehouse.refusals(stream))).toEqual(sorted(await duckdb.refusals(stream)))
        }
      }

      /** Rows that the last MERGE into a view's table has touched. */
      async function touched(plan: ViewPlan): Promise<number> {
        const [last] = await spark.query(`DESCRIBE HISTORY gold.${goldTable(plan)} LIMIT 1`)
        const metrics = (last?.['operationMetrics'] ?? {}) as Readonly<Record<string, string>>
        return ['Inserted', 'Updated', 'Deleted'].reduce(
          (sum, kind) => sum + Number(metrics[`numTargetRows${kind}`] ?? 0),
          0,
        )
      }

      test('the scripts give what every engine gives, after more records too, and write only what differs', async () => {
        await fill(records.slice(0, EVENTS / 2))
        await lakehouse.run()
        const duckdb = await fill(records)
        await lakehouse.run()
        await expectGold(duckdb)
        for (const plan of plans) expect(await touched(plan), plan.view.name).toBeGreaterThan(0)
        await lakehouse.run(['20.tiles'])
        for (const plan of plans) expect(await touched(plan), plan.view.name).toBe(0)
      })

      test('of who is on the erase list nothing is left, as if they had never come', async () => {
        const person = 'c11'
        const idOf = ({ value }: LoggedRecord) => value['customer_id']
        const visitOf = ({ value }: LoggedRecord) => value['session_id']
        const clicks = records.filter(({ topic }) => topic === 'clickstream')
        const own = new Set(clicks.filter((click) => idOf(click) === person).map(visitOf))
        const others = clicks.filter((click) => idOf(click) != null && idOf(click) !== person).map(visitOf)
        for (const visit of others) own.delete(visit)
        const stays = (record: LoggedRecord) =>
          idOf(record) !== person &&
          !(record.topic === 'clickstream' && idOf(record) == null && own.has(visitOf(record)))
        const without = await fill(records.filter(stays))
        await fill(records)
        await lakehouse.run(['90.erase'])
        await spark.query(`INSERT INTO silver.erase_list VALUES ('${person}')`)
        await lakehouse.run(['90.erase'])
        await lakehouse.run()
        await expectGold(without)
      })
    })
  },
  ['spark'],
)
