import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DuckDbSession } from './duckdb-session.ts'
import { tableColumns, tableRows } from './table-rows.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-parquet-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('rows come in order with instants in ms, decimals and wide integers as text, nulls as null', async () => {
  const path = join(folder, "shop's.parquet")
  using session = await DuckDbSession.open()
  await session.run(`COPY (
    SELECT * FROM (VALUES
      (1::BIGINT, 9007199254740993::BIGINT, 12.50::DECIMAL(9, 2), TIMESTAMP_NS '2017-01-01 11:53:26.5', 'a b', 0.1::DOUBLE),
      (2, 3, NULL, NULL, NULL, -2.5)
    ) AS t(id, wide, price, "at", "the name", ratio)
  ) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`)
  expect(await tableColumns(path)).toEqual(['id', 'wide', 'price', 'at', 'the name', 'ratio'])
  const rows = []
  for await (const batch of tableRows(path)) rows.push(...batch)
  expect(rows).toEqual([
    {
      id: 1,
      wide: '9007199254740993',
      price: '12.50',
      at: Date.UTC(2017, 0, 1, 11, 53, 26, 500),
      'the name': 'a b',
      ratio: 0.1,
    },
    { id: 2, wide: '3', price: null, at: null, 'the name': null, ratio: -2.5 },
  ])
  const some = []
  for await (const batch of tableRows(path, ['the name', 'id'])) some.push(...batch)
  expect(some[0]).toEqual({ 'the name': 'a b', id: 1 })
})

test('more rows than a batch keep their order', async () => {
  const path = join(folder, 'many.parquet')
  using session = await DuckDbSession.open()
  await session.run(`COPY (SELECT range AS n FROM range(10000)) TO '${path}' (FORMAT parquet)`)
  const numbers = []
  for await (const batch of tableRows(path)) for (const { n } of batch) numbers.push(n)
  expect(numbers).toEqual(Array.from({ length: 10_000 }, (_, index) => index))
})

test('what is no Parquet file is said', async () => {
  await expect(tableColumns(import.meta.filename)).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
})
