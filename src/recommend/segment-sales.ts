import type { Figures } from '../catalog/readings/window-figures.ts'
import { bestItems, greatest } from '../models/candidates/best-items.ts'
import type { ItemTable } from '../models/candidates/item-table.ts'
import type { Person } from '../models/candidates/person.ts'
import { type GroupSales, type GroupSalesAt, groupValue } from '../models/candidates/segment.ts'
import { type Group, groupsOf } from './segment-groups.ts'
import { lift } from './segment-lift.ts'
import { type Rollup, SegmentRollups } from './segment-rollups.ts'

/** A window of `segment_product` as a batch engine computed it: people who consented then, and nobody else. */
export type SegmentSnapshot = {
  /** Epoch ms: events before it count. */
  readonly asOf: number
  /** Log records below it were read. */
  readonly position: number
  readonly days: number
  readonly rows: readonly Figures[]
}

/** Of a person's groups the items that they buy most are kept. */
const KEPT_ITEMS = 2000
/** People alike in everything that are kept ready, and groups: the last ones that were asked for. */
const KEPT = 1000

/**
 * Sales by group from the snapshot that is at hand. A group is computed when it is first asked for. Of an instant
 * before the snapshot's nothing is told, since the snapshot may know what came later.
 */
export function segmentSales(items: ItemTable, snapshotNow: () => SegmentSnapshot | null): GroupSalesAt {
  let of: SegmentSnapshot | null = null
  let ofGroups: GroupReader = () => null
  return ({ segment }: Person, asOf) => {
    const snapshot = snapshotNow()
    if (snapshot === null || asOf < snapshot.asOf) return null
    if (snapshot !== of) {
      of = snapshot
      ofGroups = groupReader(items, snapshot)
    }
    return ofGroups(groupsOf(segment))
  }
}

type GroupReader = (groups: readonly Group[]) => GroupSales | null

const EVERYBODY: Group = { name: 'everybody', words: 'everybody', holds: () => true, within: [] }

function groupReader(items: ItemTable, { days, rows }: SegmentSnapshot): GroupReader {
  const rollups = new SegmentRollups(items, rows)
  const everybody = rollups.of(EVERYBODY)
  const ofPeople = new Map<string, GroupSales>()
  const ofGroup = new Map<string, Rollup>()
  return (groups) => {
    if (groups.length === 0) return null
    const name = groups.map((group) => group.name).join(', ')
    return remembered(ofPeople, name, () => {
      const levels = groups.map((group, place): Level => {
        const of = remembered(ofGroup, group.name, () => rollups.of(group))
        return { group, of, within: placesWithin(groups, place) }
      })
      return groupSales(items, { rollups, everybody, levels, days })
    })
  }
}

/** A group around a person, and the places of those that it lies within. */
type Level = { readonly group: Group; readonly of: Rollup; readonly within: readonly number[] }

const placesWithin = (groups: readonly Group[], place: number): number[] =>
  groups.flatMap(({ name }, other) => (groups[place]?.within.includes(name) === true ? [other] : []))

type Levels = {
  readonly rollups: SegmentRollups
  readonly everybody: Rollup
  readonly levels: readonly Level[]
  readonly days: number
}

/**
 * How much more the groups of a person buy of each category than everybody, and of each item than of its category: each
 * group against what those that it lies within would make of it, one times the other.
 */
function groupSales(items: ItemTable, { rollups, everybody, levels, days }: Levels): GroupSales {
  const ofCategories = Array.from(everybody.byCategory, (bought, category) => {
    const lifts = new Float64Array(levels.length)
    const above = new Float64Array(levels.length).fill(1)
    liftsInto(lifts, levels, above, bought / Math.max(1, everybody.all), (of) => of.byCategory[category] ?? 0)
    return lifts
  })
  const none = new Float64Array(levels.length).fill(1)
  const lifts = new Float64Array(levels.length)
  /** Of one item in each group. Holds until the next call. */
  const liftsAt = (place: number): Float64Array => {
    const above = ofCategories[rollups.categories[place] ?? -1] ?? none
    const share = (everybody.byPlace[place] ?? 0) / Math.max(1, everybody.all)
    liftsInto(lifts, levels, above, share, (of) => of.byPlace[place] ?? 0)
    return lifts
  }
  const shares = new Float64Array(rollups.items.length)
  for (let place = 0; place < shares.length; place += 1) {
    let times = 1
    for (const own of liftsAt(place)) times *= own
    shares[place] = ((everybody.byPlace[place] ?? 0) / everybody.all) * times
  }
  const compare = (a: number, b: number) => items.compare(rollups.items[a] ?? 0, rollups.items[b] ?? 0)
  const most = { limit: KEPT_ITEMS, above: 0 }
  const kept = greatest(shares.keys(), most, (place) => shares[place] ?? 0, compare)
  const mostShare = shares[kept[0] ?? -1] ?? 0
  const values = new Map<number, number>()
  for (const place of kept) {
    const ofAll = (everybody.byPlace[place] ?? 0) / Math.max(1, everybody.all)
    const value = groupValue(shares[place] ?? 0, ofAll, mostShare)
    if (value > 0) values.set(rollups.items[place] ?? 0, value)
  }
  const value = (item: number): number => values.get(item) ?? 0
  return {
    days,
    value,
    best: bestItems(values.keys(), KEPT_ITEMS, value, items.compare),
    told: (item) => {
      const place = rollups.place(item)
      if (!values.has(item) || place < 0) return NOTHING_TOLD
      const own = liftsAt(place)
      const level = levels[own.indexOf(Math.max(...own))]
      return level === undefined
        ? NOTHING_TOLD
        : { group: level.group.words, purchases: level.of.byPlace[place] ?? 0 }
    },
  }
}

const NOTHING_TOLD = Object.freeze({ group: '', purchases: 0 })

/**
 * Lifts of one item or category in each group, over what `above` gives it already.
 * @param share of it in what everybody buys
 */
function liftsInto(
  lifts: Float64Array,
  levels: readonly Level[],
  above: Float64Array,
  share: number,
  boughtBy: (of: Rollup) => number,
): void {
  for (let place = 0; place < levels.length; place += 1) {
    const level = levels[place]
    if (level === undefined) continue
    let wider = 1
    for (const other of level.within) wider *= lifts[other] ?? 1
    const given = above[place] ?? 1
    lifts[place] = given * lift(boughtBy(level.of), level.of.all * share * wider * given)
  }
}

/** The value of a key, computed if it is not known; beyond `KEPT` those that were not asked for longest are forgotten. */
function remembered<Key, Value>(known: Map<Key, Value>, key: Key, compute: () => Value): Value {
  const found = known.get(key)
  if (found !== undefined) {
    known.delete(key)
    known.set(key, found)
    return found
  }
  const value = compute()
  const [oldest] = known.keys()
  if (oldest !== undefined && known.size >= KEPT) known.delete(oldest)
  known.set(key, value)
  return value
}
