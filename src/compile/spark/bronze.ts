import { LOG_COLUMNS } from '../../algebra/source.ts'
import { EndcapError } from '../../core/errors.ts'
import { indent, inParentheses, type SqlFile } from '../sql-writer.ts'
import { sparkDialect } from './dialect.ts'
import { sparkSql } from './spark-sql.ts'

/** How records come from Kafka into the landing schema, each way with coordinates of its own naming. */
export const LANDING_WAYS = ['tableflow', 'connector', 'kafka'] as const
export type LandingWay = (typeof LANDING_WAYS)[number]

/** A topic's table: the columns of its contract as the engine types them. */
export type BronzeTable = {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** Schema of the values, JSON text without quotes of SQL; for `kafka`. */
  readonly avro: string
}

/** Names of the schemas, in the current catalog. */
export type BronzeSchemas = { readonly landing: string; readonly bronze: string }

/** Up to which offset bronze has taken each partition; rows that were erased since stay counted. */
export const LOG_POSITIONS = 'log_positions'

const { quote } = sparkSql
const { text, integer } = sparkDialect.types
const { partition, offset, loggedAt } = LOG_COLUMNS

/**
 * Expressions of a record's coordinates in the landing table: partition, offset, epoch ms of the record.
 * @source Confluent documentation, Tableflow metadata columns; Kafka Connect, InsertField; Databricks, read_kafka
 */
const COORDINATES: Readonly<Record<LandingWay, readonly [string, string, string]>> = {
  tableflow: ['`$$partition`', '`$$offset`', 'UNIX_MILLIS(`$$timestamp`)'],
  connector: [quote(partition), quote(offset), `UNIX_MILLIS(${quote(loggedAt)})`],
  kafka: [quote(partition), quote(offset), `UNIX_MILLIS(${quote(loggedAt)})`],
}

/**
 * Takes what has landed since the last time into bronze, each record once: Kafka's offsets say which are new, so the
 * script may be run again at any time, and what was erased from bronze does not come back from the landing tables.
 *
 * @returns statements, each ended by `;`, that run after `USE CATALOG`
 */
export function bronze(
  tables: readonly BronzeTable[],
  way: LandingWay,
  schemas: BronzeSchemas = { landing: 'landing', bronze: 'bronze' },
): SqlFile {
  const positions = within(schemas.bronze, LOG_POSITIONS)
  const statements = [
    ...(way === 'kafka' ? tables.map((table) => streamed(table, schemas)) : []),
    `CREATE TABLE IF NOT EXISTS ${positions} (source ${text}, ${quote(partition)} ${integer}, ${quote(offset)} ${integer}) USING DELTA`,
    ...tables.flatMap((table) => [
      created(table, schemas),
      inserted(table, way, schemas),
      noted(table, schemas),
    ]),
  ]
  return { name: `00.bronze.${way}.sql`, sql: statements.map((sql) => `${sql};\n`).join('\n') }
}

const within = (schema: string, table: string): string => `${quote(schema)}.${quote(table)}`

const namesOf = ({ columns }: BronzeTable): readonly string[] => columns.map(({ name }) => quote(name))
const COORDINATE_NAMES = [partition, offset, loggedAt].map(quote)

function created(table: BronzeTable, { bronze: schema }: BronzeSchemas): string {
  const columns = [
    ...table.columns.map(({ name, type }) => `${quote(name)} ${type}`),
    ...COORDINATE_NAMES.map((name) => `${name} ${integer}`),
  ]
  return `CREATE TABLE IF NOT EXISTS ${within(schema, table.name)} (\n${indent(columns.join(',\n'))}\n) USING DELTA`
}

function inserted(table: BronzeTable, way: LandingWay, { landing, bronze: schema }: BronzeSchemas): string {
  const names = namesOf(table)
  const coordinates = COORDINATES[way].map((each, index) => `${each} AS ${COORDINATE_NAMES[index]}`)
  const landed = [
    'SELECT',
    indent([...names, ...coordinates].join(',\n')),
    `FROM ${within(landing, table.name)}`,
  ].join('\n')
  const all = [...names, ...COORDINATE_NAMES]
  return [
    `INSERT INTO ${within(schema, table.name)} (${all.join(', ')})`,
    `SELECT ${all.map((name) => `landed.${name}`).join(', ')}`,
    `FROM ${inParentheses(landed)} AS landed`,
    `LEFT JOIN ${inParentheses(taken(table, schema))} AS taken`,
    `  ON landed.${quote(partition)} = taken.${quote(partition)}`,
    `WHERE taken.${quote(offset)} IS NULL OR taken.${quote(offset)} < landed.${quote(offset)}`,
    // A way that delivers at least once brings the same offset twice.
    `QUALIFY ROW_NUMBER() OVER (PARTITION BY landed.${quote(partition)}, landed.${quote(offset)} ORDER BY landed.${quote(loggedAt)}) = 1`,
  ].join('\n')
}

/** The greatest offset of each partition that bronze has, or has had. */
const taken = (table: BronzeTable, schema: string): string =>
  [
    `SELECT ${quote(partition)}, MAX(${quote(offset)}) AS ${quote(offset)}`,
    `FROM ${inParentheses(
      [
        `SELECT ${quote(partition)}, ${quote(offset)} FROM ${within(schema, table.name)}`,
        'UNION ALL',
        `SELECT ${quote(partition)}, ${quote(offset)} FROM ${within(schema, LOG_POSITIONS)} WHERE source = ${literal(table.name)}`,
      ].join('\n'),
    )}`,
    `GROUP BY ${quote(partition)}`,
  ].join('\n')

function noted(table: BronzeTable, { bronze: schema }: BronzeSchemas): string {
  const now = `SELECT ${literal(table.name)} AS source, ${quote(partition)}, MAX(${quote(offset)}) AS ${quote(offset)} FROM ${within(schema, table.name)} GROUP BY ${quote(partition)}`
  return [
    `MERGE INTO ${within(schema, LOG_POSITIONS)} AS kept`,
    `USING ${inParentheses(now)} AS computed`,
    `ON kept.source = computed.source AND kept.${quote(partition)} = computed.${quote(partition)}`,
    `WHEN MATCHED AND kept.${quote(offset)} < computed.${quote(offset)} THEN UPDATE SET *`,
    'WHEN NOT MATCHED THEN INSERT *',
  ].join('\n')
}

/** Scope of the workspace's secrets that holds what `kafka` needs. */
export const SECRET_SCOPE = 'endcap'

/**
 * The landing table as a stream of the topic itself. Only what was written with this very schema is read right, since the
 * id in front of a value is not looked up: after a change of a contract the other ways go on, this one does not.
 * @source Databricks documentation, read_kafka and from_avro
 */
function streamed({ name, avro }: BronzeTable, { landing }: BronzeSchemas): string {
  const secret = (key: string): string => `secret(${literal(SECRET_SCOPE)}, ${literal(key)})`
  const login = [
    `'kafkashaded.org.apache.kafka.common.security.plain.PlainLoginModule required username="'`,
    secret('kafka-api-key'),
    `'" password="'`,
    secret('kafka-api-secret'),
    `'";'`,
  ].join(' || ')
  const source = [
    'SELECT',
    // Five bytes before the value: a zero and the id of its schema.
    indent(
      [
        `from_avro(SUBSTRING(value, 6), ${literal(avro)}, MAP('mode', 'PERMISSIVE')) AS record`,
        `partition AS ${quote(partition)}`,
        `offset AS ${quote(offset)}`,
        `timestamp AS ${quote(loggedAt)}`,
      ].join(',\n'),
    ),
    'FROM STREAM read_kafka(',
    indent(
      [
        `bootstrapServers => ${secret('kafka-bootstrap-servers')}`,
        `subscribe => ${literal(name)}`,
        `startingOffsets => 'earliest'`,
        "`kafka.security.protocol` => 'SASL_SSL'",
        "`kafka.sasl.mechanism` => 'PLAIN'",
        `\`kafka.sasl.jaas.config\` => ${login}`,
      ].join(',\n'),
    ),
    ')',
  ].join('\n')
  return [
    `CREATE OR REFRESH STREAMING TABLE ${within(landing, name)} AS`,
    `SELECT record.*, ${COORDINATE_NAMES.join(', ')}`,
    `FROM ${inParentheses(source)}`,
  ].join('\n')
}

/** @throws EndcapError NOT_EXPRESSIBLE for text that would need escapes, in which dialects differ */
function literal(value: string): string {
  if (/['\\]/.test(value)) {
    throw new EndcapError('NOT_EXPRESSIBLE', `the text ${JSON.stringify(value)} has quotes or backslashes`)
  }
  return `'${value}'`
}
