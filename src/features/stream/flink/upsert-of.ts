import { STREAM_COLUMNS } from '../../../algebra/stream.ts'
import { PART } from '../../../compile/flink/flink-job.ts'
import type { DropEntry, PutEntry, PutTile } from '../../../compile/inprocess/put-tiles.ts'
import type { ViewPlan } from '../../../compile/plan.ts'
import type { SqlRow } from '../../../compile/sql-results.ts'
import { ENTRY_COLUMNS, TILE_START } from '../../../compile/sql-statistics.ts'
import type { KeyedMessage } from './tile-topics.ts'

export type Upsert =
  | { readonly kind: 'tile'; readonly tile: PutTile }
  | { readonly kind: 'entry'; readonly entry: PutEntry | DropEntry }

/** What a record of a view's topic says: a row's total, an entry, or that there is none any more. */
export function upsertOf(plan: ViewPlan, { key: keyBytes, value }: KeyedMessage): Upsert {
  const id = parsed(keyBytes)
  const row = value === null ? null : parsed(value)
  const place = {
    view: plan.view.name,
    key: plan.view.key.map((name) => String(id[name])),
    tileStart: integer(id, TILE_START),
  }
  if (plan.viewKind !== 'sequence') {
    const values = row && plan.measures.map(({ name }) => (row[name] === null ? null : integer(row, name)))
    return { kind: 'tile', tile: { ...place, key: [...place.key, String(id[PART])], values } }
  }
  const { topic, partition, offset, item } = STREAM_COLUMNS
  const coordinates = [
    integer(id, topic),
    integer(id, partition),
    integer(id, offset),
    integer(id, item),
  ] as const
  if (row === null) return { kind: 'entry', entry: { ...place, coordinates } }
  const word = String(row[ENTRY_COLUMNS.word])
  return { kind: 'entry', entry: { ...place, word, order: [integer(row, ENTRY_COLUMNS.at), ...coordinates] } }
}

/** The newest instant that the upsert tells of, epoch ms: an entry's own, else the start of the tile. */
export const instantOf = (upsert: Upsert): number => {
  if (upsert.kind === 'tile') return upsert.tile.tileStart
  return 'order' in upsert.entry ? upsert.entry.order[0] : 0
}

const parsed = (bytes: Buffer | null): SqlRow => JSON.parse(bytes?.toString('utf8') ?? '{}')

function integer(row: SqlRow, name: string): number {
  const value = row[name]
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new Error(`bug: column '${name}' of a tile holds ${JSON.stringify(value)}, no exact integer`)
}
