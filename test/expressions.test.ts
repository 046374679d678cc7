import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Value } from '../src/algebra/source.ts'
import { duckdbSql } from '../src/compile/duckdb/duckdb-sql.ts'
import { DuckDbSession } from '../src/features/lake/duckdb/duckdb-session.ts'
import { anyExpression, EXPRESSION_COLUMNS, EXPRESSION_ROWS, meaningOf, sqlOf } from './random-expressions.ts'

let session: DuckDbSession
beforeAll(async () => {
  session = await DuckDbSession.open()
  await session.run(
    'CREATE TABLE facts (row_no BIGINT, a BIGINT, b BIGINT, w VARCHAR, v VARCHAR, f BOOLEAN, g BOOLEAN)',
  )
  const names = ['row_no', ...Object.keys(EXPRESSION_COLUMNS)]
  await session.appendRows(
    'facts',
    EXPRESSION_ROWS.map((row) =>
      names.map((name) => {
        const value = row[name]
        return isPlain(value) ? value : null
      }),
    ),
  )
})
afterAll(() => session.close())

const isPlain = (value: Value): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

test('random expressions and predicates on DuckDB equal the meaning, nulls included', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyExpression, { minLength: 1, maxLength: 20 }), async (expressions) => {
      const items = expressions.map((expression, index) => `${sqlOf(expression, duckdbSql)} AS e${index}`)
      const rows = await session.rows(`SELECT ${items.join(', ')} FROM facts ORDER BY row_no`)
      const expected = EXPRESSION_ROWS.map((row) =>
        Object.fromEntries(expressions.map((expression, index) => [`e${index}`, meaningOf(expression, row)])),
      )
      expect(rows).toEqual(expected)
    }),
    { numRuns: 60, verbose: true },
  )
})
