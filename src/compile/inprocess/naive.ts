import type { LoggedRecord } from '../../algebra/source.ts'
import type { Measure } from '../../algebra/view.ts'
import { floorTo } from '../../core/duration.ts'
import { unreachable } from '../../core/errors.ts'
import type { ViewPlan } from '../plan.ts'
import type { TileRow, TileValue } from '../tile.ts'
import { evaluateInteger, evaluateWord, holds } from './evaluate.ts'
import { viewRows } from './naive-join.ts'
import { type StreamRow, streamRows, totalOrder } from './rows.ts'

/**
 * All tiles of a view after `records`: two loops, the meaning that every other engine is held to.
 *
 * @param before rows at or after this instant (epoch ms) are left out, so that the open tile of an as-of is
 *   exact; absent: all
 * @returns in no particular order
 */
export function naiveTiles(plan: ViewPlan, records: readonly LoggedRecord[], before = Infinity): TileRow[] {
  const { rows } = streamRows(plan.view.from, records, plan.horizon)
  return tilesOfRows(plan, viewRows(plan, rows, records), before)
}

/** The same from `viewRows`, for those who ask for several views of one stream. */
export function tilesOfRows(plan: ViewPlan, rows: readonly StreamRow[], before = Infinity): TileRow[] {
  const { view } = plan
  const groups = new Map<string, StreamRow[]>()
  for (const row of rows) {
    const at = Number(row[view.from.at])
    const key = view.key.map((name) => row[name] ?? null)
    if (key.includes(null) || at >= before) continue
    if (view.where !== undefined && !holds(view.where, row)) continue
    const id = JSON.stringify([...key, floorTo(at, plan.tileMs)])
    const group = groups.get(id)
    if (group === undefined) groups.set(id, [row])
    else group.push(row)
  }
  return [...groups].map(([id, group]) => {
    const parts: (string | number)[] = JSON.parse(id)
    return {
      key: parts.slice(0, -1).map(String),
      tileStart: Number(parts.at(-1)),
      values: plan.measures.map(({ measure }) => measureOf(measure, group, view.from.at)),
    }
  })
}

/** What a measure keeps of the rows of one tile. */
function measureOf(measure: Measure, rows: readonly StreamRow[], at: string): TileValue {
  const { where } = measure
  const counted = where === undefined ? rows : rows.filter((row) => holds(where, row))
  switch (measure.kind) {
    case 'count':
      return counted.length
    case 'sum':
      return integers(measure, counted).reduce((sum, value) => sum + value, 0)
    case 'min':
      return integers(measure, counted).reduce<number | null>((a, b) => (a === null || b < a ? b : a), null)
    case 'max':
      return integers(measure, counted).reduce<number | null>((a, b) => (a === null || b > a ? b : a), null)
    case 'latest':
      return counted
        .filter((row) => evaluateWord(measure.word, row) !== null)
        .toSorted((a, b) => -totalOrder(a, b, at))
        .slice(0, measure.limit)
        .map((row) => ({ word: evaluateWord(measure.word, row) ?? '', at: Number(row[at]) }))
    default:
      return unreachable(measure)
  }
}

const integers = (measure: Extract<Measure, { kind: 'sum' | 'min' | 'max' }>, rows: readonly StreamRow[]) =>
  rows.map((row) => evaluateInteger(measure.value, row)).filter((value) => value !== null)
