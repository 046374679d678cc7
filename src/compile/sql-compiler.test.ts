import { describe, expect, test } from 'vitest'
import { bucket, column, integer, isNull, less, not, oneOf } from '../algebra/expression.ts'
import { source } from '../algebra/source.ts'
import { stream } from '../algebra/stream.ts'
import { view } from '../algebra/view.ts'
import { catalog } from '../catalog/catalog.ts'
import { orders } from '../catalog/events/orders.ts'
import { successionPairs } from '../catalog/pairs/sequence-pairs.ts'
import { interactions } from '../catalog/streams/interactions.ts'
import { productActivity } from '../catalog/views/product-activity.ts'
import { segmentProduct } from '../catalog/views/segment-product.ts'
import { duckdbSql } from './duckdb/duckdb-sql.ts'
import { flinkDialect } from './flink/dialect.ts'
import { IncrementalEngine } from './inprocess/incremental.ts'
import { planPairs, planView } from './plan.ts'
import { sparkSql } from './spark/spark-sql.ts'
import { SqlCompiler } from './sql-compiler.ts'
import { predicateSql, wordSql } from './sql-expressions.ts'

const { horizon } = catalog
const plan = planView(productActivity, horizon)

describe('what counts', () => {
  test('up to a position: offsets below it in each partition, none of what is not listed', () => {
    const sql = duckdbSql.tiles(plan, {}, { upTo: { orders: [5, 7] } })
    expect(sql).toContain(
      '"log_offset" < CASE\n    WHEN "log_partition" = 0 THEN 5\n    WHEN "log_partition" = 1 THEN 7\n    ELSE 0\n  END',
    )
    expect(sql).toContain('FROM "clickstream"\n  WHERE "log_offset" < 0')
  })

  test('beyond a position: what lies below it still takes part in the dedupe', () => {
    const sql = duckdbSql.rows(interactions, horizon, { beyond: { orders: [5] } })
    const [beforeDedupe, after] = sql.split('"interactions"').join('').split('"orders_first" AS')
    expect(beforeDedupe).not.toContain('"log_offset" >=')
    expect(after).toContain('"log_offset" >= CASE WHEN "log_partition" = 0 THEN 5 ELSE 0 END')
  })

  test('an erased person is left out before anything else, people without an id are not', () => {
    const without = { orders: oneOf('customer_id', 'c-17') }
    expect(duckdbSql.rows(interactions, horizon, { without })).toContain(
      'FROM "orders"\n  WHERE NOT COALESCE("customer_id" IN (\'c-17\'), FALSE)',
    )
  })

  test('an id that no engine could carry in a literal is refused', () => {
    const without = { orders: oneOf('customer_id', "x' OR 1=1 --") }
    expect(() => duckdbSql.rows(interactions, horizon, { without })).toThrow(/characters that no id has/)
  })
})

describe('predicates', () => {
  const scope = {
    dialect: duckdbSql.dialect,
    columns: {
      may: { kind: 'integer', min: 0, max: 9, nullable: true },
      must: { kind: 'integer', min: 0, max: 9, nullable: false },
    },
    path: (path: readonly string[]) => path.map(duckdbSql.quote).join('.'),
  } as const

  test('a null is made false only where a NOT would make it true', () => {
    const compare = (name: string) => less(column(name), integer(1))
    expect(predicateSql(compare('may'), scope)).toBe('"may" < 1')
    expect(predicateSql(not(compare('may')), scope)).toBe('NOT COALESCE("may" < 1, FALSE)')
    expect(predicateSql(not(compare('must')), scope)).toBe('NOT ("must" < 1)')
    expect(predicateSql(not(isNull('may')), scope)).toBe('"may" IS NOT NULL')
    expect(predicateSql(oneOf('may'), scope)).toBe('FALSE')
  })
})

test('a bucket of a null is null on its way through the halves', () => {
  const steps = [0, 10].map((from) => ({ from, word: `from.${from}` }))
  const scope = {
    dialect: duckdbSql.dialect,
    columns: { may: { kind: 'integer', min: -9, max: 9, nullable: true } },
    path: (path: readonly string[]) => path.map(duckdbSql.quote).join('.'),
  } as const
  expect(wordSql(bucket(column('may'), steps), scope)).toBe(
    `CASE WHEN "may" >= 0 THEN \nCASE WHEN "may" < 10 THEN 'from.0' ELSE 'from.10' END END`,
  )
})

describe('gaps', () => {
  test('pair statistics on Flink are a typed never, and asking for their text fails with the reason', () => {
    const flink = new SqlCompiler(flinkDialect)
    expect(flink.pairsGap()).toMatchObject({ kind: 'never', version: '2.2.0' })
    expect(() => flink.pairs(planPairs(successionPairs, horizon))).toThrow(/single time column/)
    expect(duckdbSql.pairsGap()).toBeUndefined()
    expect(sparkSql.pairsGap()).toBeUndefined()
  })

  test('batch views on Flink are a typed never, and so they are to an engine that keeps tiles', () => {
    const batch = planView(segmentProduct, horizon)
    const flink = new SqlCompiler(flinkDialect)
    expect(flink.joinGap()).toMatchObject({ kind: 'never', version: '2.2.0' })
    expect(() => flink.tiles(batch)).toThrow(/view 'segment_product' on flink.*watermarks/)
    expect(sparkSql.joinGap()).toBeUndefined()
    expect(() => new IncrementalEngine([batch])).toThrow(/view 'segment_product'.*event by event/)
  })

  test('an id of two words, which would be ambiguous once joined, is refused', () => {
    const twoWords = source({ ...orders, id: ['order_id', 'sku'] })
    const wrong = stream({
      ...interactions,
      branches: [{ ...interactions.branches[0], source: twoWords }],
    })
    const asked = view({ ...productActivity, from: wrong })
    expect(() => duckdbSql.tiles(planView(asked, horizon))).toThrow(/source 'orders'.*ambiguous/)
  })
})

test('the table of a source has its columns, then the coordinates, in the engine’s types', () => {
  expect(duckdbSql.tableColumns(orders).slice(-4)).toEqual([
    { name: 'ordered_at', type: 'BIGINT' },
    { name: 'log_partition', type: 'BIGINT' },
    { name: 'log_offset', type: 'BIGINT' },
    { name: 'logged_at', type: 'BIGINT' },
  ])
  expect(sparkSql.tableColumns(orders)[0]).toEqual({ name: 'order_id', type: 'STRING' })
})
