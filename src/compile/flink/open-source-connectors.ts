import type { FlinkConnectors } from './flink-job.ts'
import { createTable, quoteFlink, sinkColumns, sourceColumns } from './flink-table.ts'
import { type KafkaLogin, loginOptions } from './kafka-login.ts'

export type OpenSourceOptions = {
  /** `host:port` of each broker. */
  readonly bootstrapBrokers: readonly string[]
  /** Before the name of every topic; a shop's own. */
  readonly topicPrefix?: string
  /** First log time to read, epoch ms, to prime the dedupe; default: everything. */
  readonly startAtMs?: number
  /** `untilNow`: up to the end of the topics at the start, then the job finishes. Default: for ever. */
  readonly until?: 'untilNow' | 'forEver'
  /**
   * Schema registry that speaks Confluent's API; sources are then Avro in its framing, and a record that is none ends
   * the job: only what was checked may be written to them. Absent: sources are JSON.
   */
  readonly registryUrl?: string
  readonly registryCredentials?: { readonly username: string; readonly password: string }
  /** How Kafka is told who comes. Absent: it does not ask. */
  readonly login?: KafkaLogin
  /** Default `live`. */
  readonly pace?: Pace
}

/**
 * `catchUp`: as many rows a second as it goes. `live`: each row at once. What a job keeps and what it writes is the same,
 * so it goes over from one to the other by a savepoint.
 */
export type Pace = 'catchUp' | 'live'

/** How long a producer waits for more rows, ms, and how many bytes it sends together. */
const PRODUCER: Readonly<Record<Pace, Readonly<Record<string, string>>>> = {
  catchUp: { 'properties.linger.ms': '50', 'properties.batch.size': '131072' },
  live: { 'properties.linger.ms': '0' },
}

/** DDL for Flink with its own Kafka connectors; tables that are upserted have JSON keys and values. */
export function openSourceConnectors(options: OpenSourceOptions): FlinkConnectors {
  const topic = (name: string) => `${options.topicPrefix ?? ''}${name}`
  const servers = options.bootstrapBrokers.join(',')
  return {
    source: ({ name }, columns) =>
      createTable({
        name,
        lines: sourceColumns(columns),
        options: {
          connector: 'kafka',
          topic: topic(name),
          'properties.bootstrap.servers': servers,
          ...loginOptions(options.login),
          ...startup(options),
          ...(options.until === 'untilNow' ? { 'scan.bounded.mode': 'latest-offset' } : {}),
          ...sourceFormat(options),
        },
      }),
    view: ({ name, rows }) => ({ name, ddl: `CREATE VIEW ${quoteFlink(name)} AS\n${rows}` }),
    sink: ({ name, columns, key }) =>
      createTable({
        name,
        lines: sinkColumns(columns, key),
        options: {
          connector: 'upsert-kafka',
          topic: topic(name),
          'properties.bootstrap.servers': servers,
          ...loginOptions(options.login),
          ...PRODUCER[options.pace ?? 'live'],
          'key.format': 'json',
          'value.format': 'json',
          'value.fields-include': 'EXCEPT_KEY',
        },
      }),
  }
}

function sourceFormat(options: OpenSourceOptions): Readonly<Record<string, string>> {
  const { registryUrl, registryCredentials: who } = options
  if (registryUrl !== undefined) {
    return {
      format: 'avro-confluent',
      'avro-confluent.url': registryUrl,
      ...(who === undefined
        ? {}
        : {
            'avro-confluent.basic-auth.credentials-source': 'USER_INFO',
            'avro-confluent.basic-auth.user-info': `${who.username}:${who.password}`,
          }),
    }
  }
  // A value of the wrong type becomes null, which admission refuses, instead of ending the job.
  return { format: 'json', 'json.ignore-parse-errors': 'true' }
}

function startup({ startAtMs }: OpenSourceOptions): Readonly<Record<string, string>> {
  return startAtMs === undefined
    ? { 'scan.startup.mode': 'earliest-offset' }
    : { 'scan.startup.mode': 'timestamp', 'scan.startup.timestamp-millis': String(startAtMs) }
}
