import type { Horizon, Source } from '../../algebra/source.ts'
import { STREAM_COLUMNS, type Stream } from '../../algebra/stream.ts'
import type { ViewPlan } from '../plan.ts'
import { SqlCompiler, type TableColumn } from '../sql-compiler.ts'
import { ENTRY_COLUMNS, entriesSql, measuresSql, TILE_START } from '../sql-statistics.ts'
import { REFUSAL_COLUMNS, type Reading } from '../sql-stream.ts'
import { inParentheses, type SelectColumn, select, wordLiteral } from '../sql-writer.ts'
import { flinkDialect } from './dialect.ts'

/** Column that names who contributed a tile: `batch`, or one generation of a stream job. */
export const PART = 'part'

/** One job for all views of some streams: what is read and deduplicated once, what is written. */
export type FlinkJobOptions = {
  readonly horizon: Horizon
  readonly streams: readonly Stream[]
  readonly views: readonly ViewPlan[]
  /** Streams whose refusals are written too. Default: all. */
  readonly refusalsOf?: readonly Stream[]
  /** Generation of the job: the `part` of every row that it writes. A word. */
  readonly part: string
  readonly reading?: Reading
  readonly connectors: FlinkConnectors
}

/** How tables are joined to topics; open-source Flink says it in DDL, Confluent by the topic itself. */
export type FlinkConnectors = {
  readonly source: (source: Source, columns: readonly TableColumn[]) => string
  readonly view: (view: FlinkView) => FlinkViewDdl
  readonly sink: (table: SinkTable) => string
}

/** Name of what is seen, and its SELECT. */
export type FlinkView = { readonly name: string; readonly rows: string }

/** The statement that makes a view, and the name under which it is read. */
export type FlinkViewDdl = { readonly name: string; readonly ddl: string }

export type SinkTable = {
  /** Topic and table. */
  readonly name: string
  readonly columns: readonly TableColumn[]
  /** Names of the leading columns. */
  readonly key: readonly string[]
}

export type FlinkJob = {
  /** Statements to run first, one after the other: source tables, views, sink tables. */
  readonly ddl: readonly string[]
  /** One statement set: one job, in which all views share one dedupe. */
  readonly dml: string
  readonly sinks: readonly SinkTable[]
}

const sql = new SqlCompiler(flinkDialect)
const { quote } = sql
const { integer, text } = flinkDialect.types

export function flinkJob(options: FlinkJobOptions): FlinkJob {
  const { horizon, streams, views, reading = {}, connectors } = options
  const sources = [...new Set(streams.flatMap((stream) => stream.branches.map(({ source }) => source)))]
  const rows = new Map(
    streams.map((stream) => [
      stream.name,
      connectors.view({ name: stream.name, rows: sql.rows(stream, horizon, reading) }),
    ]),
  )
  const refusals = new Map(
    refusedOf(options).map((stream) => [
      stream,
      connectors.view({ name: `${stream.name}_refusals`, rows: sql.refusals(stream, horizon, reading) }),
    ]),
  )
  const sinks = [
    ...views.map((plan) => ({
      sink: tileSink(plan),
      rows: tileRows(plan, options.part, rows.get(plan.view.from.name)?.name ?? plan.view.from.name),
    })),
    ...[...refusals].map(([stream, view]) => ({
      sink: refusalSink(stream),
      rows: refusalRows(view.name),
    })),
  ]
  const inserts = sinks.map(({ sink, rows }) => insertInto(sink, rows))
  return {
    ddl: [
      ...sources.map((source) => connectors.source(source, sql.tableColumns(source))),
      ...[...rows.values(), ...refusals.values()].map(({ ddl }) => ddl),
      ...sinks.map(({ sink }) => connectors.sink(sink)),
    ],
    dml: `EXECUTE STATEMENT SET BEGIN\n${inserts.map((insert) => `${insert};\n`).join('')}END`,
    sinks: sinks.map(({ sink }) => sink),
  }
}

/** Topic of what a stream refuses, of all generations. */
export const refusalTopic = (stream: Stream): string => `dead_letter.${stream.name}`

const refusedOf = ({ streams, refusalsOf = streams }: FlinkJobOptions): readonly Stream[] => refusalsOf

/** Topic and table of a view’s tiles: key columns, `tile_start`, `part` and, of an entry, its coordinates; then values. */
export function tileSink(plan: ViewPlan): SinkTable {
  const key = [...plan.view.key.map(textColumn), integerColumn(TILE_START), textColumn(PART)]
  if (plan.viewKind !== 'sequence') {
    return sinkTable(
      plan.tileName,
      key,
      plan.measures.map(({ name }) => integerColumn(name)),
    )
  }
  // An entry is known by its coordinates, so that a new one rewrites none of the others.
  const coordinates = Object.values(STREAM_COLUMNS).map(integerColumn)
  const entry = [textColumn(ENTRY_COLUMNS.word), integerColumn(ENTRY_COLUMNS.at)]
  return sinkTable(plan.tileName, [...key, ...coordinates], entry)
}

/**
 * Totals, or all entries of a sequence: one more entry would rewrite the ranks of all below it, and a limit needs a state
 * of its own. Whoever reads them puts them in order and cuts.
 */
function tileRows(plan: ViewPlan, part: string, stream: string): string {
  const grouping = { rows: quote(stream), plan, dialect: flinkDialect, by: 'tile' } as const
  if (plan.viewKind === 'sequence')
    return sinkRows(plan, entriesSql(grouping), [partLiteral(part), quote(PART)])
  const beside: SelectColumn = [groupedPart(plan, part), quote(PART)]
  return sinkRows(plan, measuresSql({ ...grouping, beside }), [quote(PART), quote(PART)])
}

function sinkRows(plan: ViewPlan, rows: string, part: SelectColumn): string {
  const columns = tileSink(plan).columns.map(
    ({ name }): SelectColumn => (name === PART ? part : [quote(name), quote(name)]),
  )
  return select({ columns, from: inParentheses(rows) })
}

const partLiteral = (part: string): string => `CAST(${wordLiteral(part)} AS ${text})`

/**
 * Always the part; instants are not negative. The planner takes a total for one row of the sink, to be overwritten, only
 * if the columns that it is grouped by are exactly the sink's key. A constant is no such column: each new total would
 * come after a tombstone for the old one.
 */
const groupedPart = ({ view }: ViewPlan, part: string): string =>
  `CASE WHEN ${quote(view.from.at)} < 0 THEN CAST(NULL AS ${text}) ELSE ${partLiteral(part)} END`

/** A refusal is known by its place in the log: written again after a failure, it is the same row. */
export function refusalSink(stream: Stream): SinkTable {
  const columns = REFUSAL_COLUMNS.map((name) =>
    name === 'topic' || name === 'reason' ? textColumn(name) : integerColumn(name),
  )
  const isKey = ({ name }: TableColumn) => name !== 'reason'
  return sinkTable(
    refusalTopic(stream),
    columns.filter(isKey),
    columns.filter((column) => !isKey(column)),
  )
}

function refusalRows(view: string): string {
  const columns = REFUSAL_COLUMNS.map((name): SelectColumn => [quote(name), quote(name)])
  return select({ columns, from: quote(view) })
}

const insertInto = (sink: SinkTable, rows: string): string =>
  `INSERT INTO ${quote(sink.name)} (${sink.columns.map(({ name }) => quote(name)).join(', ')})\n${rows}`

const textColumn = (name: string): TableColumn => ({ name, type: text })
const integerColumn = (name: string): TableColumn => ({ name, type: integer })

const sinkTable = (name: string, key: readonly TableColumn[], values: readonly TableColumn[]): SinkTable => ({
  name,
  columns: [...key, ...values],
  key: key.map((column) => column.name),
})
