import { LOG_COLUMNS } from '../../algebra/source.ts'
import { EndcapError } from '../../core/errors.ts'
import type { TableColumn } from '../sql-compiler.ts'
import { identifier } from '../sql-writer.ts'
import type { FlinkConnectors } from './flink-job.ts'

export type OpenSourceOptions = {
  /** `host:port` of each broker. */
  readonly bootstrapBrokers: readonly string[]
  /** Before the name of every topic; a shop's own. */
  readonly topicPrefix?: string
  /** First log time to read, epoch ms, to prime the dedupe; default: everything. */
  readonly startAtMs?: number
  /** `untilNow`: up to the end of the topics at the start, then the job finishes. Default: for ever. */
  readonly until?: 'untilNow' | 'forEver'
}

/** DDL for Flink with its own Kafka connectors: JSON values, and JSON keys for tables that are upserted. */
export function openSourceConnectors(options: OpenSourceOptions): FlinkConnectors {
  const topic = (name: string) => `${options.topicPrefix ?? ''}${name}`
  const servers = options.bootstrapBrokers.join(',')
  return {
    source: (source, columns) =>
      createTable(source.name, columns.map(sourceColumn), {
        connector: 'kafka',
        topic: topic(source.name),
        'properties.bootstrap.servers': servers,
        ...startup(options),
        ...(options.until === 'untilNow' ? { 'scan.bounded.mode': 'latest-offset' } : {}),
        format: 'json',
        // A value of the wrong type becomes null, which admission refuses, instead of ending the job.
        'json.ignore-parse-errors': 'true',
      }),
    sink: ({ name, columns, key }) =>
      createTable(
        name,
        [
          ...columns.map(
            (column) => `${quote(column.name)} ${column.type}${key.includes(column.name) ? ' NOT NULL' : ''}`,
          ),
          `PRIMARY KEY (${key.map(quote).join(', ')}) NOT ENFORCED`,
        ],
        {
          connector: 'upsert-kafka',
          topic: topic(name),
          'properties.bootstrap.servers': servers,
          'properties.linger.ms': '0',
          'key.format': 'json',
          'value.format': 'json',
        },
      ),
  }
}

function startup({ startAtMs }: OpenSourceOptions): Readonly<Record<string, string>> {
  return startAtMs === undefined
    ? { 'scan.startup.mode': 'earliest-offset' }
    : { 'scan.startup.mode': 'timestamp', 'scan.startup.timestamp-millis': String(startAtMs) }
}

/** Coordinates are metadata of the record; its timestamp as epoch ms, which no cast gives. */
function sourceColumn({ name, type }: TableColumn): string {
  switch (name) {
    case LOG_COLUMNS.partition:
      return `${quote(name)} ${type} METADATA FROM 'partition' VIRTUAL`
    case LOG_COLUMNS.offset:
      return `${quote(name)} ${type} METADATA FROM 'offset' VIRTUAL`
    case LOG_COLUMNS.loggedAt: {
      const time = quote('log_time')
      return (
        `${time} TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,\n  ` +
        `${quote(name)} AS EXTRACT(EPOCH FROM ${time}) * 1000 + EXTRACT(MILLISECOND FROM ${time})`
      )
    }
    default:
      return `${quote(name)} ${type}`
  }
}

function createTable(
  name: string,
  lines: readonly string[],
  options: Readonly<Record<string, string>>,
): string {
  const settings = Object.entries(options).map(([option, value]) => `  '${option}' = '${safe(value)}'`)
  return `CREATE TABLE ${quote(name)} (\n  ${lines.join(',\n  ')}\n) WITH (\n${settings.join(',\n')}\n)`
}

/** @throws EndcapError NOT_EXPRESSIBLE for a value that would have to be escaped */
function safe(value: string): string {
  if (/^[A-Za-z0-9._~:,-]*$/.test(value)) return value
  throw new EndcapError('NOT_EXPRESSIBLE', `'${value}' is no value of a table option`)
}

const quote = (name: string): string => identifier(name, '`')
