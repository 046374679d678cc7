import { LOG_COLUMNS } from '../../algebra/source.ts'
import { EndcapError } from '../../core/errors.ts'
import type { TableColumn } from '../sql-compiler.ts'
import { identifier } from '../sql-writer.ts'

export const quoteFlink = (name: string): string => identifier(name, '`')

/** Column lines of a source: the coordinates are metadata of the record, its timestamp as epoch ms. */
export const sourceColumns = (columns: readonly TableColumn[]): readonly string[] =>
  columns.flatMap(sourceColumn)

const COORDINATES: ReadonlySet<string> = new Set(Object.values(LOG_COLUMNS))

/** Of the columns of a source, the lines of those that are not in the record's value. */
export const coordinateColumns = (columns: readonly TableColumn[]): readonly string[] =>
  sourceColumns(columns.filter(({ name }) => COORDINATES.has(name)))

function sourceColumn({ name, type }: TableColumn): readonly string[] {
  switch (name) {
    case LOG_COLUMNS.partition:
      return [`${quoteFlink(name)} ${type} METADATA FROM 'partition' VIRTUAL`]
    case LOG_COLUMNS.offset:
      return [`${quoteFlink(name)} ${type} METADATA FROM 'offset' VIRTUAL`]
    case LOG_COLUMNS.loggedAt: {
      // A cast to BIGINT would give whole seconds.
      const time = quoteFlink('log_time')
      return [
        `${time} TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL`,
        `${quoteFlink(name)} AS EXTRACT(EPOCH FROM ${time}) * 1000 + EXTRACT(MILLISECOND FROM ${time})`,
      ]
    }
    default:
      return [`${quoteFlink(name)} ${type}`]
  }
}

/** Column lines of a table that is upserted by its leading columns. */
export const sinkColumns = (columns: readonly TableColumn[], key: readonly string[]): readonly string[] => [
  ...columns.map(({ name, type }) => `${quoteFlink(name)} ${type}${key.includes(name) ? ' NOT NULL' : ''}`),
  `PRIMARY KEY (${key.map(quoteFlink).join(', ')}) NOT ENFORCED`,
]

export type CreateTable = {
  readonly name: string
  /** What to do if the table is there already. Default: fail. */
  readonly ifThere?: 'leave'
  readonly lines: readonly string[]
  /** Between the columns and WITH. */
  readonly distribution?: string
  readonly options: Readonly<Record<string, string>>
}

/** @throws EndcapError NOT_EXPRESSIBLE for an option's value with a control character */
export function createTable({ name, ifThere, lines, distribution, options }: CreateTable): string {
  const settings = Object.entries(options).map(
    ([option, value]) => `  '${option}' = '${textOf(option, value)}'`,
  )
  return [
    `CREATE TABLE ${ifThere === 'leave' ? 'IF NOT EXISTS ' : ''}${quoteFlink(name)} (\n  ${lines.join(',\n  ')}\n)`,
    ...(distribution === undefined ? [] : [distribution]),
    `WITH (\n${settings.join(',\n')}\n)`,
  ].join('\n')
}

/** No escapes are read inside a literal of Flink but for the doubled quote; the option's name is said, its value never. */
function textOf(option: string, value: string): string {
  if (!/[^\P{Cc}\n]/u.test(value)) return value.replaceAll("'", "''")
  throw new EndcapError('NOT_EXPRESSIBLE', 'holds a control character', { place: `table option '${option}'` })
}
