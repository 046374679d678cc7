import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SqlConnection } from './sql-connection.ts'

/** What every connection to an engine with Spark's SQL promises. @param open inside hooks; may make tables in `contract` */
export function sqlConnectionContract(name: string, open: () => Promise<SqlConnection>): void {
  describe(`${name} keeps the contract of a SQL connection`, () => {
    let sql: SqlConnection
    beforeAll(async () => {
      sql = await open()
      await sql.query('CREATE SCHEMA IF NOT EXISTS contract')
    })
    afterAll(() => sql?.close())

    test('gives each type as a value of JavaScript', async () => {
      const [row] = await sql.query(
        "SELECT CAST(-9007199254740991 AS BIGINT) AS big, 7 AS small, CAST(12 AS DECIMAL(20, 0)) AS whole, 0.5D AS part, true AS yes, 'Grüße, \"中\"' AS text, CAST(NULL AS STRING) AS none, CAST(NULL AS BIGINT) AS zero, DATE'2026-01-02' AS day, ARRAY('a', NULL) AS list, NAMED_STRUCT('s', 'x') AS record",
      )
      expect(row).toEqual({
        big: -9007199254740991,
        small: 7,
        whole: 12,
        part: 0.5,
        yes: true,
        text: 'Grüße, "中"',
        none: null,
        zero: null,
        day: '2026-01-02',
        list: ['a', null],
        record: { s: 'x' },
      })
    })

    test('does not round what JavaScript cannot hold', async () => {
      for (const number of ['9007199254740993', 'CAST(0.5 AS DECIMAL(3, 1))']) {
        await expect(sql.query(`SELECT ${number} AS n`), number).rejects.toMatchObject({
          code: 'ENGINE_FAILED',
          message: expect.stringContaining('is no exact integer'),
          place: expect.stringContaining(`column 'n'`),
        })
      }
    })

    test('gives all rows of a statement, at once or in chunks, and none of one without', async () => {
      const rows: unknown[] = []
      for await (const chunk of sql.chunks('SELECT id FROM RANGE(2500)')) rows.push(...chunk)
      const numbers = rows.map((row) => Number(Object(row).id)).toSorted((a, b) => a - b)
      expect(numbers).toEqual(Array.from({ length: 2500 }, (_, id) => id))
      expect(await sql.query('SELECT id FROM RANGE(0)')).toEqual([])
      expect(await sql.query('CREATE OR REPLACE TABLE contract.t USING DELTA AS SELECT 1 AS a')).toEqual([])
    })

    test('keeps the schema that is used', async () => {
      await sql.query('CREATE OR REPLACE TABLE contract.used USING DELTA AS SELECT 3 AS a')
      await sql.query('USE SCHEMA `contract`')
      expect(await sql.query('SELECT a FROM used')).toEqual([{ a: 3 }])
    })

    test('tells what is wrong in the engine’s own words', async () => {
      await expect(sql.query('SELECT nothing FROM contract.nowhere')).rejects.toMatchObject({
        code: 'ENGINE_FAILED',
        message: expect.stringContaining('TABLE_OR_VIEW_NOT_FOUND'),
      })
    })
  })
}
