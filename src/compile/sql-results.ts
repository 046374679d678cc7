import { STREAM_COLUMNS } from '../algebra/stream.ts'
import type { PairRow } from './inprocess/naive-pairs.ts'
import type { Refusal } from './inprocess/rows.ts'
import type { ViewPlan } from './plan.ts'
import { ENTRY_COLUMNS, TILE_START } from './sql-statistics.ts'
import type { LatestEntry, TileRow, TileValue, WindowRow } from './tile.ts'

/** A row as the engines' clients give it: by column name, BIGINT as an exact number. */
export type SqlRow = Readonly<Record<string, unknown>>

/** Tiles from the rows of `SqlCompiler.tiles`. */
export function tileRowsOf(plan: ViewPlan, rows: readonly SqlRow[]): TileRow[] {
  if (plan.viewKind === 'sequence') {
    return entriesByKey(plan, rows, (row) => [...keyOf(plan, row), integerAt(row, TILE_START)]).map(
      ([parts, entries]) => ({
        key: parts.slice(0, -1).map(String),
        tileStart: Number(parts.at(-1)),
        values: [entries],
      }),
    )
  }
  return rows.map((row) => ({
    key: keyOf(plan, row),
    tileStart: integerAt(row, TILE_START),
    values: valuesOf(plan, row),
  }))
}

/** A window's keys from the rows of `SqlCompiler.window`. */
export function windowRowsOf(plan: ViewPlan, rows: readonly SqlRow[]): WindowRow[] {
  if (plan.viewKind === 'sequence') {
    return entriesByKey(plan, rows, (row) => keyOf(plan, row)).map(([key, entries]) => ({
      key: key.map(String),
      values: [entries],
    }))
  }
  return rows.map((row) => ({ key: keyOf(plan, row), values: valuesOf(plan, row) }))
}

/** From the rows of `SqlCompiler.pairs`. */
export const pairRowsOf = (rows: readonly SqlRow[]): PairRow[] =>
  rows.map((row) => ({
    left: textAt(row, 'left_item'),
    right: textAt(row, 'right_item'),
    weight: integerAt(row, 'weight'),
  }))

/** From the rows of `SqlCompiler.refusals`. */
export const refusalsOf = (rows: readonly SqlRow[]): Refusal[] =>
  rows.map((row) => ({
    topic: textAt(row, 'topic'),
    partition: integerAt(row, 'log_partition'),
    offset: integerAt(row, 'log_offset'),
    item: integerAt(row, 'item'),
    reason: textAt(row, 'reason'),
  }))

const keyOf = (plan: ViewPlan, row: SqlRow): string[] => plan.view.key.map((name) => textAt(row, name))

const valuesOf = (plan: ViewPlan, row: SqlRow): TileValue[] =>
  plan.measures.map(({ name }) => (row[name] === null ? null : integerAt(row, name)))

/** Entries of each key, newest first by the total order. */
function entriesByKey(
  plan: ViewPlan,
  rows: readonly SqlRow[],
  keyParts: (row: SqlRow) => readonly (string | number)[],
): [readonly (string | number)[], readonly LatestEntry[]][] {
  const groups = new Map<string, { parts: readonly (string | number)[]; rows: SqlRow[] }>()
  for (const row of rows) {
    const parts = keyParts(row)
    const id = JSON.stringify(parts)
    const group = groups.get(id)
    if (group === undefined) groups.set(id, { parts, rows: [row] })
    else group.rows.push(row)
  }
  const [first] = plan.measures
  const limit = first?.measure.kind === 'latest' ? first.measure.limit : 0
  return [...groups.values()].map(({ parts, rows: entries }) => [
    parts,
    entries
      .toSorted(newestFirst)
      .slice(0, limit)
      .map((row) => ({ word: textAt(row, ENTRY_COLUMNS.word), at: integerAt(row, ENTRY_COLUMNS.at) })),
  ])
}

const ORDER = [ENTRY_COLUMNS.at, ...Object.values(STREAM_COLUMNS)]

function newestFirst(a: SqlRow, b: SqlRow): number {
  for (const name of ORDER) {
    const difference = integerAt(b, name) - integerAt(a, name)
    if (difference !== 0) return difference
  }
  return 0
}

function integerAt(row: SqlRow, name: string): number {
  const value = row[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new Error(`bug: column '${name}' holds ${String(value)}, no exact integer`)
  }
  return value
}

function textAt(row: SqlRow, name: string): string {
  const value = row[name]
  if (typeof value !== 'string') throw new Error(`bug: column '${name}' holds ${String(value)}, no text`)
  return value
}
