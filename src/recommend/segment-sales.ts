import type { Figures } from '../catalog/readings/window-figures.ts'
import { segmentProduct } from '../catalog/views/segment-product.ts'
import { bestItems } from '../models/candidates/best-items.ts'
import type { ItemTable } from '../models/candidates/item-table.ts'
import type { Person } from '../models/candidates/person.ts'
import { type GroupSales, type GroupSalesAt, groupValue } from '../models/candidates/segment.ts'
import { type Group, groupsOf } from './segment-groups.ts'
import { lift } from './segment-lift.ts'

/** A window of `segment_product` as a batch engine computed it: people who consented then, and nobody else. */
export type SegmentSnapshot = {
  /** Epoch ms: events before it count. */
  readonly asOf: number
  readonly days: number
  readonly rows: readonly Figures[]
}

const PURCHASES = Object.keys(segmentProduct.measures).indexOf('purchases')
/** Of a person's groups the items that they buy most are kept. */
const KEPT_ITEMS = 2000
/** People alike in everything that is kept ready, and groups: the last ones that were asked for. */
const KEPT = 200

/**
 * Sales by group from the snapshot that is at hand. A group is computed when it is first asked for. Of an instant
 * before the snapshot's nothing is told, since the snapshot may know what came later.
 */
export function segmentSales(items: ItemTable, snapshotNow: () => SegmentSnapshot | null): GroupSalesAt {
  const ofPeople = new Map<string, GroupSales>()
  const rollups = new Map<string, Rollup>()
  let of: SegmentSnapshot | null = null
  return ({ segment }: Person, asOf) => {
    const snapshot = snapshotNow()
    if (snapshot === null || asOf < snapshot.asOf) return null
    if (snapshot !== of) for (const kept of [ofPeople, rollups]) kept.clear()
    of = snapshot
    const groups = groupsOf(segment)
    if (groups.length === 0) return null
    const rollupOf = (group: Group): Rollup =>
      remembered(rollups, group.name, () => rollup(items, snapshot, group))
    const name = groups.map((group) => group.name).join(', ')
    return remembered(ofPeople, name, () => groupSales(items, snapshot, groups, rollupOf))
  }
}

/** What one group bought. */
type Rollup = {
  readonly byItem: ReadonlyMap<number, number>
  readonly byCategory: ReadonlyMap<number, number>
  readonly all: number
}

const EVERYBODY: Group = { name: 'everybody', words: 'everybody', holds: () => true, within: [] }

function rollup(items: ItemTable, { rows }: SegmentSnapshot, { holds }: Group): Rollup {
  const byItem = new Map<number, number>()
  const byCategory = new Map<number, number>()
  let all = 0
  for (const { key, values } of rows) {
    const [generation = '', gender = '', region = '', sku = ''] = key
    const count = Number(values[PURCHASES])
    if (count <= 0 || !holds({ generation, gender, region })) continue
    const item = items.numberOf(sku)
    if (item < 0) continue
    const category = items.category(item)
    byItem.set(item, (byItem.get(item) ?? 0) + count)
    byCategory.set(category, (byCategory.get(category) ?? 0) + count)
    all += count
  }
  return { byItem, byCategory, all }
}

/**
 * How much more the groups of a person buy of each category than everybody, and of each item than of its category: each
 * group against what those that it lies within would make of it, one times the other.
 */
function groupSales(
  items: ItemTable,
  { days }: SegmentSnapshot,
  groups: readonly Group[],
  rollupOf: (group: Group) => Rollup,
): GroupSales {
  const everybody = rollupOf(EVERYBODY)
  const levels = groups.map((group) => ({ group, of: rollupOf(group) }))
  const ofCategory = liftsBy(levels, everybody, 'byCategory', () => 1)
  const ofItem = liftsBy(
    levels,
    everybody,
    'byItem',
    (item, place) => ofCategory(items.category(item))[place] ?? 1,
  )
  const shares = new Map<number, number>()
  const words = new Map<number, Told>()
  for (const [item, count] of everybody.byItem) {
    const lifts = ofItem(item)
    shares.set(item, (count / everybody.all) * lifts.reduce((product, times) => product * times, 1))
    const most = lifts.indexOf(Math.max(...lifts))
    const level = levels[most]
    if (level !== undefined) {
      words.set(item, { group: level.group.words, purchases: level.of.byItem.get(item) ?? 0 })
    }
  }
  const share = (item: number): number => shares.get(item) ?? 0
  const kept = bestItems(shares.keys(), KEPT_ITEMS, share, items.compare)
  const greatest = share(kept[0] ?? -1)
  const ofAll = (item: number): number => (everybody.byItem.get(item) ?? 0) / Math.max(1, everybody.all)
  const values = new Map(kept.map((item) => [item, groupValue(share(item), ofAll(item), greatest)]))
  const value = (item: number): number => values.get(item) ?? 0
  const said = new Map(kept.map((item) => [item, words.get(item) ?? NOTHING_TOLD]))
  return {
    days,
    value,
    best: bestItems(kept, KEPT_ITEMS, value, items.compare),
    told: (item) => said.get(item) ?? NOTHING_TOLD,
  }
}

type Told = { readonly group: string; readonly purchases: number }
const NOTHING_TOLD: Told = { group: '', purchases: 0 }

type Level = { readonly group: Group; readonly of: Rollup }

/** Lifts of one item or category in each group, over what `above` gives it already; remembered. */
function liftsBy(
  levels: readonly Level[],
  everybody: Rollup,
  by: 'byItem' | 'byCategory',
  above: (number: number, place: number) => number,
): (number: number) => readonly number[] {
  const known = new Map<number, readonly number[]>()
  const compute = (number: number): readonly number[] => {
    const share = (everybody[by].get(number) ?? 0) / Math.max(1, everybody.all)
    const lifts: number[] = []
    for (const [place, { group, of }] of levels.entries()) {
      const wider = levels.reduce(
        (product, level, other) =>
          group.within.includes(level.group.name) ? product * (lifts[other] ?? 1) : product,
        1,
      )
      const expected = of.all * share * wider * above(number, place)
      lifts.push(above(number, place) * lift(of[by].get(number) ?? 0, expected))
    }
    return lifts
  }
  return (number) => remembered(known, number, () => compute(number), Number.POSITIVE_INFINITY)
}

/** The value of a key, computed if it is not known; of the oldest keys those beyond `most` are forgotten. */
function remembered<Key, Value>(known: Map<Key, Value>, key: Key, compute: () => Value, most = KEPT): Value {
  const found = known.get(key)
  if (found !== undefined) return found
  const [oldest] = known.keys()
  if (oldest !== undefined && known.size >= most) known.delete(oldest)
  const value = compute()
  known.set(key, value)
  return value
}
