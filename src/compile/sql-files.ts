import type { Definitions } from './definitions.ts'
import { duckdbSql } from './duckdb/duckdb-sql.ts'
import { confluentConnectors } from './flink/confluent-connectors.ts'
import { flinkJob } from './flink/flink-job.ts'
import { openSourceConnectors } from './flink/open-source-connectors.ts'
import { medallion } from './spark/medallion.ts'
import { sparkSql } from './spark/spark-sql.ts'
import type { SqlCompiler } from './sql-compiler.ts'
import type { SqlFile } from './sql-writer.ts'

/** Engine and dialects, the default first. That of Databricks is scripts that keep tables up to date. */
export const SQL_TARGETS = {
  duckdb: ['duckdb'],
  spark: ['spark', 'databricks'],
  flink: ['open-source', 'confluent'],
} as const
export type SqlEngine = keyof typeof SQL_TARGETS
export type SqlTarget =
  | { readonly engine: 'duckdb'; readonly dialect?: (typeof SQL_TARGETS.duckdb)[number] }
  | { readonly engine: 'spark'; readonly dialect?: (typeof SQL_TARGETS.spark)[number] }
  | { readonly engine: 'flink'; readonly dialect: (typeof SQL_TARGETS.flink)[number] }

/**
 * Everything that is defined as statements of an engine, in the order in which they run: one a file, without its closing
 * semicolon; for Databricks scripts, each statement with its own.
 */
export function sqlFiles(definitions: Definitions, target: SqlTarget): readonly SqlFile[] {
  switch (target.engine) {
    case 'duckdb':
      return queryFiles(definitions, duckdbSql)
    case 'spark':
      return target.dialect === 'databricks'
        ? databricksFiles(definitions)
        : queryFiles(definitions, sparkSql)
    case 'flink':
      return jobFiles(definitions, target.dialect)
  }
}

/** A file as it is written: its last statement is ended, and so is its last line. */
export const fileText = (sql: string): string => (sql.endsWith(';\n') ? sql : `${sql};\n`)

/** The catalog is a parameter of the job that runs the scripts. */
const databricksFiles = (definitions: Definitions): readonly SqlFile[] =>
  medallion(definitions).map(({ name, sql }) => ({
    name,
    sql: `USE CATALOG IDENTIFIER(:catalog);\n\n${sql}`,
  }))

function queryFiles(
  { horizon, streams, views, batchViews, pairs }: Definitions,
  compiler: SqlCompiler,
): SqlFile[] {
  return [
    ...streams.flatMap((stream) => [
      { name: `${stream.name}.rows.sql`, sql: compiler.rows(stream, horizon) },
      { name: `${stream.name}.refusals.sql`, sql: compiler.refusals(stream, horizon) },
    ]),
    ...[...views, ...batchViews].map((plan) => ({
      name: `${plan.view.name}.tiles.sql`,
      sql: compiler.tiles(plan),
    })),
    ...pairs.map((plan) => ({ name: `${plan.pairs.name}.sql`, sql: compiler.pairs(plan) })),
  ]
}

/** Where the text is not about a cluster of one's own: the place of Kafka's quick start. */
const BROKERS = ['localhost:9092']
const FIRST_GENERATION = 'g1'
const CONFLUENT_PARTITIONS = 6

function jobFiles(definitions: Definitions, dialect: 'open-source' | 'confluent'): SqlFile[] {
  const connectors =
    dialect === 'confluent'
      ? confluentConnectors({ partitions: CONFLUENT_PARTITIONS })
      : openSourceConnectors({ bootstrapBrokers: BROKERS })
  const { ddl, dml } = flinkJob({ ...definitions, part: FIRST_GENERATION, connectors })
  return [...ddl, dml].map((sql, index) => ({
    name: `${String(index + 1).padStart(2, '0')}.${subjectOf(sql)}.sql`,
    sql,
  }))
}

/** `create-table.orders` of a CREATE, `alter-table.orders` of an ALTER, `job` of the statement set. */
function subjectOf(sql: string): string {
  const match = /^(CREATE|ALTER) (TABLE|VIEW) (?:IF NOT EXISTS )?`([^`]+)`/.exec(sql)
  return match === null ? 'job' : `${match[1]}-${match[2]}`.toLowerCase().concat(`.${match[3]}`)
}
