import type { Measure } from '../algebra/view.ts'
import { unreachable } from '../core/errors.ts'
import type { ViewPlan } from './plan.ts'
import type { LatestEntry, TileRow, TileValue, WindowRow } from './tile.ts'
import type { Span } from './window.ts'

/**
 * A window as the sum of its tiles: per key, over tiles with `from <= tileStart < to`. The tiles are those as
 * of `span.to`, so that the open tile holds no later row.
 *
 * @returns keys that have a tile there, in no particular order
 */
export function windowOfTiles(plan: ViewPlan, tiles: readonly TileRow[], span: Span): WindowRow[] {
  const byKey = new Map<string, TileRow[]>()
  for (const tile of tiles) {
    if (tile.tileStart < span.from || tile.tileStart >= span.to) continue
    const id = JSON.stringify(tile.key)
    const group = byKey.get(id)
    if (group === undefined) byKey.set(id, [tile])
    else group.push(tile)
  }
  return [...byKey.values()].map((group) => {
    const newestFirst = group.toSorted((a, b) => b.tileStart - a.tileStart)
    return {
      key: group[0]?.key ?? [],
      values: plan.measures.map(({ measure }, place) =>
        newestFirst
          .map((tile) => tile.values[place] ?? null)
          .reduce((newer, older) => mergeValues(measure, newer, older)),
      ),
    }
  })
}

/** What two tiles of different times give together; `newer` is the later one. */
export function mergeValues(measure: Measure, newer: TileValue, older: TileValue): TileValue {
  switch (measure.kind) {
    case 'count':
    case 'sum':
      return integerOf(newer) + integerOf(older)
    case 'min':
      return extreme(newer, older, Math.min)
    case 'max':
      return extreme(newer, older, Math.max)
    case 'latest':
      return [...entriesOf(newer), ...entriesOf(older)].slice(0, measure.limit)
    default:
      return unreachable(measure)
  }
}

function extreme(a: TileValue, b: TileValue, choose: (a: number, b: number) => number): TileValue {
  if (a === null) return b
  return b === null ? a : choose(integerOf(a), integerOf(b))
}

function integerOf(value: TileValue): number {
  if (typeof value !== 'number') throw new Error(`bug: ${JSON.stringify(value)} is no integer`)
  return value
}

function entriesOf(value: TileValue): readonly LatestEntry[] {
  if (value === null || typeof value === 'number') throw new Error(`bug: ${value} is no list of entries`)
  return value
}

/**
 * Tiles whose parts (a backfill, generations of a stream) were counted apart, put together: one row a key and
 * tile. Not for sequences, whose entries carry their order themselves.
 */
export function mergeParts(plan: ViewPlan, parts: readonly TileRow[]): TileRow[] {
  const merged = new Map<string, TileRow>()
  for (const part of parts) {
    const id = JSON.stringify([...part.key, part.tileStart])
    const other = merged.get(id)
    merged.set(id, other === undefined ? part : { ...part, values: added(plan, other, part) })
  }
  return [...merged.values()]
}

const added = (plan: ViewPlan, a: TileRow, b: TileRow): TileValue[] =>
  plan.measures.map(({ measure }, place) =>
    mergeValues(measure, a.values[place] ?? null, b.values[place] ?? null),
  )
