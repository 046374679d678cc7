import { hash8 } from '../../core/hash.ts'
import type { FlinkConnectors } from './flink-job.ts'
import { coordinateColumns, createTable, quoteFlink, sinkColumns } from './flink-table.ts'

export type ConfluentOptions = {
  /** Partitions of each topic that a statement makes. */
  readonly partitions: number
}

/**
 * DDL for Confluent Cloud for Apache Flink. A topic whose values have a schema in the registry is a table already,
 * so a source only gets the coordinates of its records. Sinks make their topics; key columns come first. Views stay
 * in the catalog, so their names tell their texts apart: another text is another view, beside the old one.
 *
 * @source Confluent documentation, Flink SQL CREATE TABLE, ALTER TABLE, CREATE VIEW
 */
export function confluentConnectors({ partitions }: ConfluentOptions): FlinkConnectors {
  return {
    source: ({ name }, columns) =>
      `ALTER TABLE ${quoteFlink(name)} ADD (\n  ${coordinateColumns(columns).join(',\n  ')}\n)`,
    view: ({ name, rows }) => {
      const view = `${name}_${hash8(rows)}`
      return { name: view, ddl: `CREATE VIEW IF NOT EXISTS ${quoteFlink(view)} AS\n${rows}` }
    },
    sink: ({ name, columns, key }) =>
      createTable({
        name,
        ifThere: 'leave',
        lines: sinkColumns(columns, key),
        distribution: `DISTRIBUTED BY (${key.map(quoteFlink).join(', ')}) INTO ${partitions} BUCKETS`,
        options: {
          'changelog.mode': 'upsert',
          'key.format': 'json-registry',
          'value.format': 'json-registry',
          'value.fields-include': 'except-key',
          'kafka.cleanup-policy': 'compact',
        },
      }),
  }
}
