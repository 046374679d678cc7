import { STREAM_COLUMNS } from '../../../algebra/stream.ts'
import { count, view as defineView } from '../../../algebra/view.ts'
import { duckdbSql } from '../../../compile/duckdb/duckdb-sql.ts'
import { type OrderedTiles, orderTiles } from '../../../compile/inprocess/incremental-load.ts'
import type { Words } from '../../../compile/inprocess/words.ts'
import { planView, type ViewPlan } from '../../../compile/plan.ts'
import { ENTRY_COLUMNS, TILE_START } from '../../../compile/sql-statistics.ts'
import type { ColumnBatch } from './column-batch.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import type { OwnedRows } from './stream-rows.ts'

/** Counts the rows of a tile, beside the view's own measures. */
const TILE_ROWS = 'tile_rows'
/** What a handed-over value stands in place of: measures are exact below 2^53, so doubles carry them. */
const NULL_VALUE = "CAST('nan' AS DOUBLE)"

/** Columns of a sequence that order entries after their instant. */
const ORDER = Object.values(STREAM_COLUMNS)

/** Columns whose words a view is told by: its key but for the owner, and what a sequence is of. */
export function wordColumns({ view, measures }: ViewPlan): readonly string[] {
  const told = measures.flatMap(({ measure }) =>
    measure.kind === 'latest' && measure.word.kind === 'column' ? [measure.word.path[0]] : [],
  )
  return [...view.key.slice(1), ...told]
}

/**
 * The tiles of a view over some owners' rows. They are ordered here: DuckDB takes several times as long to.
 * @param from tiles that start before it are passed over, epoch ms
 * @param words numbers words as the state does
 */
export async function tileColumns(
  session: DuckDbSession,
  plan: ViewPlan,
  { rows, from, words }: { readonly rows: OwnedRows; readonly from: number; readonly words: Words },
): Promise<OrderedTiles> {
  const [owner, ...rest] = plan.view.key
  const isSequence = plan.viewKind === 'sequence'
  const batch = await session.columns((isSequence ? entriesSql : totalsSql)(plan, rows, from))
  const numbered = numberedBy(words, rows)
  return orderTiles(plan, {
    length: batch.rowCount,
    owners: batch.int32(owner),
    tiles: batch.int32(TILE_START),
    words: rest.map((name) => numbered(name, batch.int32(name))),
    values: isSequence
      ? [
          Float64Array.from(entryWords(plan, batch, numbered, words)),
          ...[ENTRY_COLUMNS.at, ...ORDER].map((name) => batch.numbers(name)),
        ]
      : [TILE_ROWS, ...plan.measures.map(({ name }) => name)].map((name) => batch.numbers(name)),
  })
}

type Numbered = (column: string, codes: Int32Array) => Int32Array

/** Puts numbers of the state in place of DuckDB's; a word gets its number when it is first met. */
function numberedBy(words: Words, { texts }: OwnedRows): Numbered {
  const known = new Map<string, Int32Array>()
  return (column, codes) => {
    const of = texts.get(column)
    if (of === undefined) throw new Error(`bug: the words of '${column}' have no numbers`)
    const numbers = known.get(column) ?? new Int32Array(of.length).fill(-1)
    known.set(column, numbers)
    for (let row = 0; row < codes.length; row += 1) {
      const code = codes[row] ?? 0
      if (numbers[code] === -1) numbers[code] = words.number(of[code] ?? '')
      codes[row] = numbers[code] ?? 0
    }
    return codes
  }
}

function entryWords(plan: ViewPlan, batch: ColumnBatch, numbered: Numbered, words: Words): Int32Array {
  const [column] = entryColumn(plan)
  if (column !== undefined) return numbered(column, batch.int32(ENTRY_COLUMNS.word))
  return Int32Array.from(batch.strings(ENTRY_COLUMNS.word), (text) => words.number(text ?? ''))
}

/** The column that a sequence is of, unless it is of something computed. */
const entryColumn = (plan: ViewPlan): readonly string[] => wordColumns(plan).slice(plan.view.key.length - 1)

function totalsSql(plan: ViewPlan, { table }: OwnedRows, from: number): string {
  const { view, horizon, measures } = plan
  const counted = planView(
    defineView({ ...view, measures: { ...view.measures, [TILE_ROWS]: count() } }),
    horizon,
  )
  const values = [TILE_ROWS, ...measures.map(({ name }) => name)].map((name) => {
    const column = duckdbSql.quote(name)
    return `COALESCE(CAST(${column} AS DOUBLE), ${NULL_VALUE}) AS ${column}`
  })
  const tiles = duckdbSql.tilesOfTable(counted, table, { from })
  return `SELECT ${[...keyColumns(plan), ...values].join(', ')} FROM (${tiles})`
}

function entriesSql(plan: ViewPlan, { table }: OwnedRows, from: number): string {
  const word = duckdbSql.quote(ENTRY_COLUMNS.word)
  const [column] = entryColumn(plan)
  const columns = [
    ...keyColumns(plan),
    column === undefined ? word : `CAST(ENUM_CODE(${word}) AS INTEGER) AS ${word}`,
    ...[ENTRY_COLUMNS.at, ...ORDER].map((name) => asDouble(name)),
  ]
  return `SELECT ${columns.join(', ')} FROM (${duckdbSql.entriesOfTable(plan, table, { from })})`
}

const keyColumns = ({ view, tileMs }: ViewPlan): readonly string[] => [
  ...view.key.map(duckdbSql.quote).map((name) => `CAST(ENUM_CODE(${name}) AS INTEGER) AS ${name}`),
  `CAST(${duckdbSql.quote(TILE_START)} // ${tileMs} AS INTEGER) AS ${duckdbSql.quote(TILE_START)}`,
]

const asDouble = (name: string): string =>
  `CAST(${duckdbSql.quote(name)} AS DOUBLE) AS ${duckdbSql.quote(name)}`
