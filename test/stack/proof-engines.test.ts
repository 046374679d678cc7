import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { openEngine, openStatisticsLog, type VerifiedEngine } from '../../src/cli/verification/engines.ts'
import { flinkDialect } from '../../src/compile/flink/dialect.ts'
import { sparkSql } from '../../src/compile/spark/spark-sql.ts'
import { SqlCompiler } from '../../src/compile/sql-compiler.ts'
import { engineContract } from '../../src/features/engine.contract.ts'
import { connectSpark } from '../../src/features/lake/spark/spark-sql.ts'
import { FlinkCluster } from '../../src/features/stream/flink/flink-cluster.ts'
import { anyExpression, EXPRESSION_ROWS, meaningOf, sqlOf } from '../random-expressions.ts'
import { withProofStack } from './proof-stack.ts'

await withProofStack((stack) => {
  const cleanups = new AsyncDisposableStack()
  const opened = (name: VerifiedEngine) => () => openEngine(name, stack(), cleanups)
  afterAll(() => cleanups.disposeAsync())

  engineContract('Flink over Kafka', opened('flink'))
  engineContract('Spark over Parquet', opened('spark'))

  describe('random expressions and predicates equal the meaning, nulls included', () => {
    const seed = 20260105
    const expressions = fc.sample(anyExpression, { seed, numRuns: 100 })
    const expected = EXPRESSION_ROWS.map((row) => [
      row['row_no'],
      ...expressions.map((expression) => meaningOf(expression, row)),
    ])

    /** One query for all, over a table of the rows. */
    const query = (compiler: SqlCompiler, from: string) =>
      `SELECT row_no, ${expressions.map((one, index) => `${sqlOf(one, compiler)} AS e${index}`).join(', ')} FROM ${from}`

    const inOrder = (rows: readonly Readonly<Record<string, unknown>>[]) =>
      rows
        .map((row) => [row['row_no'], ...expressions.map((_, index) => row[`e${index}`])])
        .toSorted((a, b) => Number(a[0]) - Number(b[0]))

    test(`on Spark (seed ${seed})`, async () => {
      const spark = await connectSpark(stack().spark)
      try {
        const text = (value: unknown) =>
          value === null ? 'CAST(NULL AS STRING)' : `'${String(value).replaceAll('\n', '\\n')}'`
        const lines = EXPRESSION_ROWS.map(
          ({ row_no, a, b, w, v, f, g }) =>
            `(${row_no}, CAST(${a} AS BIGINT), CAST(${b} AS BIGINT), ${text(w)}, ${text(v)}, ` +
            `CAST(${f} AS BOOLEAN), CAST(${g} AS BOOLEAN))`,
        )
        const facts = `(VALUES ${lines.join(', ')}) AS facts (row_no, a, b, w, v, f, g)`
        expect(inOrder(await spark.query(query(sparkSql, facts)))).toEqual(expected)
      } finally {
        await spark.close()
      }
    })

    test(`on Flink (seed ${seed})`, async () => {
      const log = openStatisticsLog(stack().kafka)
      const topic = `facts-${randomUUID()}`
      // A table of constants would be folded row by row while planning.
      const session = await new FlinkCluster(stack().flink).openSession()
      try {
        await log.createTopics([{ name: topic, partitions: 1 }])
        await log.send(
          EXPRESSION_ROWS.map((row) => ({
            topic,
            partition: 0,
            key: String(row['row_no']),
            value: JSON.stringify(row),
            timestampMs: 0,
          })),
        )
        await session.execute(
          'CREATE TABLE facts (row_no BIGINT, a BIGINT, b BIGINT, w STRING, v STRING, f BOOLEAN, g BOOLEAN) WITH (' +
            `'connector' = 'kafka', 'topic' = '${topic}', 'format' = 'json', ` +
            `'properties.bootstrap.servers' = '${log.bootstrapBrokers.join(',')}', ` +
            "'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset')",
        )
        expect(inOrder(await session.query(query(new SqlCompiler(flinkDialect), 'facts')))).toEqual(expected)
      } finally {
        await session.close()
        await log.deleteTopics([topic])
        await log.close()
      }
    })
  })
})
