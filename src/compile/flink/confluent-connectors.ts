import type { FlinkConnectors } from './flink-job.ts'
import { createTable, quoteFlink, sinkColumns, sourceColumns } from './flink-table.ts'

export type ConfluentOptions = {
  /** Partitions of each topic. */
  readonly partitions: number
}

/**
 * DDL for Confluent Cloud for Apache Flink: a table is its topic, in the cluster and registry of the
 * statement's database, so nothing is said of brokers or connectors. Key columns come first.
 *
 * @source Confluent documentation, Flink SQL CREATE TABLE
 */
export function confluentConnectors({ partitions }: ConfluentOptions): FlinkConnectors {
  const distributed = (columns: readonly string[]) =>
    `DISTRIBUTED BY (${columns.map(quoteFlink).join(', ')}) INTO ${partitions} BUCKETS`
  return {
    source: ({ name, partitionBy }, columns) => {
      const [key, others] = [columns.filter((column) => column.name === partitionBy), columns]
      const ordered = [...key, ...others.filter((column) => column.name !== partitionBy)]
      return createTable({
        name,
        lines: sourceColumns(ordered),
        distribution: distributed([partitionBy]),
        options: {
          'changelog.mode': 'append',
          'key.format': 'raw',
          'value.format': 'json-registry',
          'value.fields-include': 'all',
          'kafka.retention.time': '0',
        },
      })
    },
    sink: ({ name, columns, key }) =>
      createTable({
        name,
        lines: sinkColumns(columns, key),
        distribution: distributed(key),
        options: {
          'changelog.mode': 'upsert',
          'key.format': 'json-registry',
          'value.format': 'json-registry',
          'value.fields-include': 'all',
          'kafka.cleanup-policy': 'compact',
        },
      }),
  }
}
