import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DuckDbSession } from './duckdb-session.ts'

describe('a DuckDB session', () => {
  let session: DuckDbSession
  beforeAll(async () => {
    session = await DuckDbSession.open({ threads: 1, memoryLimitMb: 500 })
  })
  afterAll(() => session.close())

  test('gives rows as plain objects: exact numbers, epoch milliseconds, lists and structs', async () => {
    const rows = await session.rows(`
      SELECT 7::BIGINT AS a, sum(x) AS b, 'é"' AS c, NULL AS d, TIMESTAMP '1970-01-02' AS e, [1, 2] AS f,
        {'g': true} AS g, DATE '2024-02-29' AS h, 1.25::DECIMAL(4, 2) AS i
      FROM range(3) t(x)`)
    expect(rows).toEqual([
      { a: 7, b: 3, c: 'é"', d: null, e: 86_400_000, f: [1, 2], g: { g: true }, h: '2024-02-29', i: 1.25 },
    ])
  })

  test('binds parameters', async () => {
    expect(await session.rows('SELECT $1 AS a, $2 AS b', ['x; DROP', null])).toEqual([
      { a: 'x; DROP', b: null },
    ])
  })

  test('refuses integers that a double cannot hold', async () => {
    await expect(session.rows('SELECT 9007199254740992::BIGINT AS a')).rejects.toThrow('beyond 2^53')
    await expect(session.columns('SELECT -9007199254740992::BIGINT AS a')).rejects.toThrow('beyond 2^53')
  })

  test('the fast columnar path equals the documented one for every numeric type, over many chunks', async () => {
    const sql = `
      SELECT x::TINYINT AS t, (x * 3)::SMALLINT AS s, (x * -70001)::INTEGER AS i, x * -4503599627370 AS b,
        (x / 8)::FLOAT AS f, x / 3 AS d
      FROM (SELECT r % 100 AS x FROM range(5000) q(r)) ORDER BY ALL`
    const columns = await session.columns(sql)
    const rows = await session.rows(sql)
    expect(columns.rowCount).toBe(5000)
    for (const name of ['t', 's', 'i']) {
      expect([...columns.int32(name)]).toEqual(rows.map((row) => row[name]))
    }
    for (const name of ['t', 's', 'i', 'b', 'f', 'd']) {
      expect([...columns.numbers(name)]).toEqual(rows.map((row) => row[name]))
    }
  })

  test('keeps nulls, dates and text of a column', async () => {
    const columns = await session.columns(
      `SELECT if(x = 1, NULL, x::INTEGER) AS n, DATE '1970-01-02' AS d, 'é' AS s FROM range(3) t(x) ORDER BY x`,
    )
    expect(columns.values('n')).toEqual([0, null, 2])
    // `validity` of a vector is looked at beside its items: with a null in a later chunk alone, too.
    const late = await session.columns(
      'SELECT CASE WHEN range <> 2050 THEN range END AS n FROM range(4100) ORDER BY range',
    )
    expect(Array.from(late.values('n')).flatMap((cell, row) => (cell === row ? [] : [[row, cell]]))).toEqual([
      [2050, null],
    ])
    expect(columns.values('d')).toEqual(['1970-01-02', '1970-01-02', '1970-01-02'])
    expect(columns.strings('s')).toEqual(['é', 'é', 'é'])
    expect(() => columns.int32('n')).toThrow("column 'n'")
    expect(() => columns.numbers('n')).toThrow("column 'n'")
    expect(() => columns.numbers('none')).toThrow("no column 'none'")
  })

  test('an empty result has empty columns', async () => {
    const columns = await session.columns('SELECT 1::INTEGER AS a, 2::BIGINT AS b WHERE false')
    expect([columns.rowCount, columns.int32('a').length, columns.numbers('b').length]).toEqual([0, 0, 0])
  })

  test('appends typed columns and rows, over several chunks, and reads back the same', async () => {
    await session.run('CREATE TABLE t (a INTEGER, b BIGINT, c VARCHAR, d DOUBLE, e BOOLEAN)')
    const a = Int32Array.from({ length: 5000 }, (_, index) => index)
    const b = Float64Array.from(a, (value) => value * 1e9)
    const c = Array.from(a, (value) => (value % 7 === 0 ? null : `text longer than twelve bytes ${value}`))
    await session.append('t', [a, b, c, Float64Array.from(a, (value) => value / 2), Array(5000).fill(true)])
    await session.appendRows('t', [[5000, -1, 'last', null, false]])
    const columns = await session.columns('SELECT * FROM t ORDER BY a')
    expect(columns.int32('a').subarray(0, 5000)).toEqual(a)
    expect(columns.numbers('b').subarray(0, 5000)).toEqual(b)
    expect(columns.strings('c').slice(0, 5000)).toEqual(c)
    expect(await session.rows('SELECT * FROM t WHERE NOT e')).toEqual([
      { a: 5000, b: -1, c: 'last', d: null, e: false },
    ])
  })

  test('streams batches in order without holding the result', async () => {
    let next = 0
    for await (const batch of session.stream('SELECT x FROM range(10000) t(x)')) {
      expect(batch.rowCount).toBeLessThanOrEqual(2048)
      for (const value of batch.numbers('x')) expect(value).toBe(next++)
    }
    expect(next).toBe(10_000)
  })

  test('errors name the statement and have a code', async () => {
    await expect(session.run('SELECT nothing FROM nowhere')).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringContaining('SELECT nothing FROM nowhere'),
    })
  })

  test('a file keeps what was written after closing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'endcap-'))
    try {
      const path = join(folder, 'lake.duckdb')
      const first = await DuckDbSession.open({ path })
      await first.run('CREATE TABLE t AS SELECT 42 AS x')
      first.close()
      using second = await DuckDbSession.open({ path })
      expect(await second.rows('SELECT x FROM t')).toEqual([{ x: 42 }])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
