import { type SinkTable, tileSink } from '../../../compile/flink/flink-job.ts'
import { mergeParts } from '../../../compile/merge-tiles.ts'
import type { ViewPlan } from '../../../compile/plan.ts'
import { type SqlRow, tileRowsOf } from '../../../compile/sql-results.ts'
import type { TileRow } from '../../../compile/tile.ts'

/** A record of a log with JSON keys and values, which hold the other columns; a null value is a tombstone. */
export type KeyedMessage = {
  readonly topic: string
  readonly key: Buffer | null
  readonly value: Buffer | null
}

/** What upserted topics hold now: by topic, the last value of each key that has no tombstone. */
export type UpsertedRows = ReadonlyMap<string, ReadonlyMap<string, SqlRow>>

/** @param messages of each key in the order of its partition */
export async function upsertedRows(messages: AsyncIterable<KeyedMessage>): Promise<UpsertedRows> {
  const topics = new Map<string, Map<string, SqlRow>>()
  for await (const { topic, key, value } of messages) {
    const rows = topics.get(topic) ?? new Map<string, SqlRow>()
    topics.set(topic, rows)
    const id = key?.toString('utf8') ?? ''
    if (value === null) rows.delete(id)
    else rows.set(id, { ...JSON.parse(id), ...JSON.parse(value.toString('utf8')) })
  }
  return topics
}

/** A view's tiles from the rows of its topic, all parts together. */
export function tilesOfTopic(plan: ViewPlan, rows: ReadonlyMap<string, SqlRow>): TileRow[] {
  const tiles = tileRowsOf(plan, [...rows.values()])
  return plan.viewKind === 'sequence' ? tiles : mergeParts(plan, tiles)
}

/** A row as Flink would upsert it: for parts that another engine computes. */
export function tileMessage(
  plan: ViewPlan,
  row: SqlRow,
  part: string,
): { readonly topic: string; readonly key: string; readonly value: string } {
  const sink = tileSink(plan)
  const whole: SqlRow = { ...row, part }
  const values = sink.columns.map(({ name }) => name).filter((name) => !sink.key.includes(name))
  return { topic: sink.name, key: pick(whole, sink.key), value: pick(whole, values) }
}

const pick = (row: SqlRow, names: SinkTable['key']): string =>
  JSON.stringify(Object.fromEntries(names.map((name) => [name, row[name] ?? null])))
