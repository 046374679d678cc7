import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { deltaSelect } from '../../src/features/lake/duckdb/delta/delta-select.ts'
import { deltaSnapshot } from '../../src/features/lake/duckdb/delta/delta-snapshot.ts'
import { writeDelta } from '../../src/features/lake/duckdb/delta/write-delta.ts'
import { DuckDbSession } from '../../src/features/lake/duckdb/duckdb-session.ts'
import { connectSpark, type SparkSql } from '../../src/features/lake/spark/spark-sql.ts'
import { withProofStack } from './proof-stack.ts'

await withProofStack(
  (stack) => {
    let folder = ''
    let spark: SparkSql
    let session: DuckDbSession
    beforeAll(async () => {
      spark = await connectSpark(stack().spark)
    })
    afterAll(() => spark?.close())
    beforeEach(async () => {
      folder = join(mkdtempSync(join(tmpdir(), 'endcap-delta-')), 'table')
      session = await DuckDbSession.open()
    })
    afterEach(() => {
      session.close()
      rmSync(join(folder, '..'), { recursive: true })
    })

    const write = (query: string) =>
      writeDelta(session, { folder, query, mode: 'append', clock: systemClock })
    const table = () => `delta.\`${folder}\``

    test('Spark reads every type that Node wrote, adds to the table and deletes from it; Node reads that', async () => {
      const row = (id: number, rest: string) => `SELECT ${id}::BIGINT AS id, ${rest}`
      const items = (skus: string) =>
        `[{'sku': ${skus}, 'quantity': 2::BIGINT}] AS items, MAP {'k': 'v'} AS extra`
      await write(
        row(
          1,
          `12.25::DECIMAL(12, 2) AS price, TIMESTAMPTZ '2011-01-01 10:00:00.123+00' AS at, ${items("'mug'")}`,
        ),
      )
      await write(
        row(
          2,
          `NULL::DECIMAL(12, 2) AS price, TIMESTAMPTZ '1969-12-31 23:59:59.5+00' AS at, ${items('NULL::VARCHAR')}, true AS seen`,
        ),
      )
      const asked =
        'SELECT id, CAST(price AS STRING) AS price, unix_millis(at) AS at, items[0].sku AS sku, ' +
        `items[0].quantity AS quantity, extra['k'] AS k, seen FROM ${table()} ORDER BY id`
      expect(await spark.query(asked)).toEqual([
        {
          id: 1,
          price: '12.25',
          at: Date.UTC(2011, 0, 1, 10, 0, 0, 123),
          sku: 'mug',
          quantity: 2,
          k: 'v',
          seen: null,
        },
        { id: 2, price: null, at: -500, sku: null, quantity: 2, k: 'v', seen: true },
      ])
      await spark.query(`DELETE FROM ${table()} WHERE id = 1`)
      await spark.query(`INSERT INTO ${table()} (id, price) VALUES (3, 1.5)`)
      await write('SELECT 4::BIGINT AS id')
      const rows = await session.rows(
        `SELECT id, price::VARCHAR AS price FROM (${deltaSelect(await deltaSnapshot(session, folder))}) ORDER BY id`,
      )
      expect(rows).toEqual([
        { id: 2, price: null },
        { id: 3, price: '1.50' },
        { id: 4, price: null },
      ])
      const before = await session.rows(deltaSelect(await deltaSnapshot(session, folder, 1)))
      expect(before).toHaveLength(2)
    })

    test('Node reads a table of Spark with partitions, checkpoints and changed rows', async () => {
      await spark.query(
        `CREATE TABLE ${table()} (id BIGINT, day DATE, name STRING) USING delta PARTITIONED BY (day) ` +
          "TBLPROPERTIES ('delta.checkpointInterval' = '2')",
      )
      for (const [id, day] of [
        [1, "DATE '2026-01-01'"],
        [2, 'NULL'],
        [3, "DATE '2026-01-01'"],
      ] as const) {
        await spark.query(`INSERT INTO ${table()} VALUES (${id}, ${day}, 'a b')`)
      }
      await spark.query(`UPDATE ${table()} SET name = 'c' WHERE id = 3`)
      expect(
        readdirSync(join(folder, '_delta_log')).some((name) => name.includes('checkpoint.parquet')),
      ).toBe(true)
      const rows = await session.rows(`${deltaSelect(await deltaSnapshot(session, folder))} ORDER BY id`)
      expect(rows).toEqual([
        { id: 1, day: '2026-01-01', name: 'a b' },
        { id: 2, day: null, name: 'a b' },
        { id: 3, day: '2026-01-01', name: 'c' },
      ])
      await expect(write('SELECT 4::BIGINT AS id')).rejects.toThrow('partitions')
    })

    test('deletion vectors are refused until Spark has purged them', async () => {
      await spark.query(
        `CREATE TABLE ${table()} (id BIGINT) USING delta TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')`,
      )
      await spark.query(`INSERT INTO ${table()} SELECT id FROM range(100)`)
      expect(await session.rows(deltaSelect(await deltaSnapshot(session, folder)))).toHaveLength(100)
      await spark.query(`DELETE FROM ${table()} WHERE id = 7`)
      await expect(deltaSnapshot(session, folder)).rejects.toThrow('a deletion vector')
      await spark.query(`ALTER TABLE ${table()} SET TBLPROPERTIES ('delta.enableDeletionVectors' = 'false')`)
      await spark.query(`REORG TABLE ${table()} APPLY (PURGE)`)
      expect(await session.rows(deltaSelect(await deltaSnapshot(session, folder)))).toHaveLength(99)
    })
  },
  ['spark'],
)
