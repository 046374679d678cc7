import type { RecordValue, Source } from '../../../algebra/source.ts'
import { STREAM_COLUMNS } from '../../../algebra/stream.ts'
import { count, view as defineView, type View } from '../../../algebra/view.ts'
import type { Catalog } from '../../../catalog/catalog.ts'
import { duckdbSql } from '../../../compile/duckdb/duckdb-sql.ts'
import type { LoadedTile, PlacedEntry } from '../../../compile/inprocess/incremental-load.ts'
import { planView, type ViewPlan } from '../../../compile/plan.ts'
import { ENTRY_COLUMNS, TILE_START } from '../../../compile/sql-statistics.ts'
import type { Reading } from '../../../compile/sql-stream.ts'
import { isEntitySource } from '../../online/entities.ts'
import type { BulkEntity, BulkTiles } from '../../online/online-state.ts'
import type { ColumnBatch } from './column-batch.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import { RECORD_COLUMN } from './record-lines.ts'

/** Counts the rows of a tile, beside the view's own measures. */
const TILE_ROWS = 'tile_rows'

/** All log records below `position` count, none beyond; the embedded log has one partition. */
export function readingBelow(catalog: Catalog, position: number): Reading {
  return { upTo: Object.fromEntries(catalog.sources.map(({ name }) => [name, [position]])) }
}

/** Tiles that are handed over together, at most about so many. */
const HANDED_OVER = 2048

/** Where a view's tiles are counted from: its own measures, and the rows of a tile. */
type TileQuery = { readonly plan: ViewPlan; readonly sql: string }

/**
 * The tiles of every view after the log records below `position`, by view, key and time. The rows of a stream
 * are computed once for all its views, in a table that is dropped at the end.
 *
 * @param session with the lake of an embedded log attached: its records are admitted and distinct
 */
export async function* lakeTiles(
  session: DuckDbSession,
  catalog: Catalog,
  position: number,
): AsyncGenerator<BulkTiles> {
  const reading = { ...readingBelow(catalog, position), isCounted: true }
  for (const stream of new Set(catalog.views.map(({ from }) => from))) {
    const table = duckdbSql.quote(stream.name)
    await session.run(`CREATE TEMP TABLE ${table} AS ${duckdbSql.rows(stream, catalog.horizon, reading)}`)
    try {
      for (const view of catalog.views.filter(({ from }) => from === stream)) {
        yield* viewTiles(session, tileQuery(catalog, view))
      }
    } finally {
      await session.run(`DROP TABLE ${table}`)
    }
  }
}

function tileQuery(catalog: Catalog, view: View): TileQuery {
  const plan = planView(view, catalog.horizon)
  const isSequence = plan.viewKind === 'sequence'
  // A sequence has no other measure; its rows are counted by the other views of its key.
  const counted = defineView({ ...view, measures: { ...view.measures, [TILE_ROWS]: count() } })
  const order = [...view.key, TILE_START, ...(isSequence ? [ENTRY_COLUMNS.rank] : [])].map(duckdbSql.quote)
  const tiles = duckdbSql.tilesOfTable(isSequence ? plan : planView(counted, catalog.horizon), view.from.name)
  return { plan, sql: `SELECT * FROM (${tiles}) ORDER BY ${order.join(', ')}` }
}

async function* viewTiles(session: DuckDbSession, { plan, sql }: TileQuery): AsyncGenerator<BulkTiles> {
  const batches = session.stream(sql)
  const view = plan.view.name
  if (plan.viewKind === 'sequence') {
    for await (const rows of sequenceTiles(plan, batches)) yield { view, count: rows.length, rows }
  } else {
    for await (const batch of batches) yield { view, count: batch.rowCount, rows: totalTiles(plan, batch) }
  }
}

/** Millions of tiles pass through here: one object is filled anew for each. */
function* totalTiles(plan: ViewPlan, batch: ColumnBatch): Generator<LoadedTile> {
  const keys = plan.view.key.map((name) => batch.strings(name))
  const starts = batch.numbers(TILE_START)
  const counts = batch.numbers(TILE_ROWS)
  const measures = plan.measures.map(({ name }) => batch.values(name))
  const tile = {
    key: keys.map(() => ''),
    tileStart: 0,
    values: measures.map((): number | null => 0),
    rows: 0,
  }
  for (let row = 0; row < batch.rowCount; row += 1) {
    for (const [place, column] of keys.entries()) tile.key[place] = wordAt(column, row)
    for (const [place, column] of measures.entries()) tile.values[place] = integerOrNull(column[row])
    tile.tileStart = starts[row] ?? 0
    tile.rows = counts[row] ?? 1
    yield tile
  }
}

/** Entries come newest first, those of one tile one after the other. */
async function* sequenceTiles(
  plan: ViewPlan,
  batches: AsyncIterable<ColumnBatch>,
): AsyncGenerator<LoadedTile[]> {
  let tiles: (LoadedTile & { readonly values: readonly [PlacedEntry[]] })[] = []
  for await (const batch of batches) {
    const keys = plan.view.key.map((name) => batch.strings(name))
    const starts = batch.numbers(TILE_START)
    const entryAt = entryReader(batch)
    for (let row = 0; row < batch.rowCount; row += 1) {
      const last = tiles.at(-1)
      const tileStart = starts[row] ?? 0
      if (last?.tileStart === tileStart && last.key.every((word, at) => word === keys[at]?.[row])) {
        last.values[0].push(entryAt(row))
        continue
      }
      if (tiles.length >= HANDED_OVER) {
        yield tiles
        tiles = []
      }
      tiles.push({ key: keys.map((column) => wordAt(column, row)), tileStart, values: [[entryAt(row)]] })
    }
  }
  if (tiles.length > 0) yield tiles
}

function entryReader(batch: ColumnBatch): (row: number) => PlacedEntry {
  const words = batch.strings(ENTRY_COLUMNS.word)
  const instants = batch.numbers(ENTRY_COLUMNS.at)
  const topics = batch.numbers(STREAM_COLUMNS.topic)
  const partitions = batch.numbers(STREAM_COLUMNS.partition)
  const offsets = batch.numbers(STREAM_COLUMNS.offset)
  const items = batch.numbers(STREAM_COLUMNS.item)
  return (row) => ({
    word: wordAt(words, row),
    at: instants[row] ?? 0,
    topicNumber: topics[row] ?? 0,
    partition: partitions[row] ?? 0,
    offset: offsets[row] ?? 0,
    item: items[row] ?? 0,
  })
}

/** The winning version of every entity below `position`, as it was logged, by topic and id. */
export async function* lakeEntities(
  session: DuckDbSession,
  catalog: Catalog,
  position: number,
): AsyncGenerator<BulkEntity> {
  for (const source of catalog.sources.filter(isEntitySource)) {
    for await (const batch of session.stream(winnersSql(source, position))) {
      const records = batch.strings(RECORD_COLUMN)
      const offsets = batch.numbers('log_offset')
      for (let row = 0; row < batch.rowCount; row += 1) {
        const value: RecordValue = JSON.parse(wordAt(records, row))
        yield { source: source.name, offset: offsets[row] ?? 0, value }
      }
    }
  }
}

function winnersSql(source: Source, position: number): string {
  const [table, id, at] = [source.name, source.partitionBy, source.at].map(duckdbSql.quote)
  return (
    `SELECT ${RECORD_COLUMN}, log_offset FROM ${table} WHERE log_offset < ${position} ` +
    `QUALIFY ROW_NUMBER() OVER (PARTITION BY ${id} ORDER BY ${at} DESC, log_offset DESC) = 1 ORDER BY ${id}`
  )
}

/** Instant of the newest event of any stream below `position`, epoch ms; 0 if there is none. */
export async function lakeNewestAt(
  session: DuckDbSession,
  catalog: Catalog,
  position: number,
): Promise<number> {
  const sources = catalog.streams.flatMap(({ branches }) => branches.map(({ source }) => source))
  let newest = 0
  for (const { name, at } of new Set(sources)) {
    const [row] = await session.rows(
      `SELECT MAX(${duckdbSql.quote(at)}) AS newest FROM ${duckdbSql.quote(name)} WHERE log_offset < ${position}`,
    )
    newest = Math.max(newest, Number(row?.['newest'] ?? 0))
  }
  return newest
}

function wordAt(column: readonly (string | null)[], row: number): string {
  const word = column[row]
  if (word === null || word === undefined) throw new Error(`bug: row ${row} of a tile lacks a word`)
  return word
}

function integerOrNull(cell: unknown): number | null {
  if (cell === null || Number.isSafeInteger(cell)) return cell === null ? null : Number(cell)
  throw new Error(`bug: a measure holds ${String(cell)}, no exact integer`)
}
