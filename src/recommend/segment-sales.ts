import { bySku, type Segment, segmentsAbove, shrunkShare } from '../catalog/readings/segment-share.ts'
import type { Figures } from '../catalog/readings/window-figures.ts'
import { UNKNOWN } from '../catalog/segments.ts'
import { segmentProduct } from '../catalog/views/segment-product.ts'
import { bestItems } from '../models/candidates/best-items.ts'
import type { ItemTable } from '../models/candidates/item-table.ts'
import type { Person } from '../models/candidates/person.ts'
import type { GroupSales, GroupSalesAt } from '../models/candidates/segment.ts'

/** A window of `segment_product` as a batch engine computed it: people who consented then, and nobody else. */
export type SegmentSnapshot = {
  /** Epoch ms: events before it count. */
  readonly asOf: number
  readonly days: number
  readonly rows: readonly Figures[]
}

const PURCHASES = Object.keys(segmentProduct.measures).indexOf('purchases')
/** Of a group the items that it buys most are kept. */
const KEPT_ITEMS = 2000
/** Groups that are kept ready: the last ones that were asked for. */
const KEPT_GROUPS = 200

/**
 * Sales by group from the snapshot that is at hand. A group is computed when it is first asked for. Of an instant
 * before the snapshot's nothing is told, since the snapshot may know what came later.
 */
export function segmentSales(items: ItemTable, snapshotNow: () => SegmentSnapshot | null): GroupSalesAt {
  const groups = new Map<string, GroupSales>()
  let of: SegmentSnapshot | null = null
  return ({ segment }: Person, asOf) => {
    const snapshot = snapshotNow()
    if (snapshot === null || asOf < snapshot.asOf || segment.generation === UNKNOWN) return null
    if (snapshot !== of) groups.clear()
    of = snapshot
    const name = `${segment.generation} ${segment.gender} ${segment.region}`
    const known = groups.get(name)
    if (known !== undefined) return known
    const [oldest] = groups.keys()
    if (oldest !== undefined && groups.size >= KEPT_GROUPS) groups.delete(oldest)
    const group = groupSales(items, snapshot, segment)
    groups.set(name, group)
    return group
  }
}

type Level = { readonly words: string; readonly of: ReadonlyMap<string, number>; readonly all: number }

function groupSales(
  items: ItemTable,
  { rows, days }: SegmentSnapshot,
  segment: Required<Segment>,
): GroupSales {
  const words = groupWords(segment)
  const levels = segmentsAbove(segment).map((one, place): Level => {
    const of = bySku(rows, one, PURCHASES)
    return { words: words[place] ?? '', of, all: [...of.values()].reduce((sum, count) => sum + count, 0) }
  })
  const generation = levels.at(-2)
  const shares = new Map<number, number>()
  const ofAll = new Map<number, number>()
  for (const [sku, count] of generation?.of ?? []) {
    const item = items.numberOf(sku)
    if (item < 0 || count <= 0) continue
    const counts = levels.map(({ of, all }) => ({ of: of.get(sku) ?? 0, all }))
    shares.set(item, shrunkShare(counts))
    ofAll.set(item, shrunkShare(counts.slice(-1)))
  }
  const share = (item: number): number => shares.get(item) ?? 0
  return {
    days,
    share,
    shareOfAll: (item) => ofAll.get(item) ?? 0,
    told: (item) => told(levels, items.sku(item)),
    items: bestItems(shares.keys(), KEPT_ITEMS, share, items.compare),
  }
}

function told(levels: readonly Level[], sku: string): { readonly group: string; readonly purchases: number } {
  const level = levels.find(({ of }) => (of.get(sku) ?? 0) > 0)
  return { group: level?.words ?? '', purchases: level?.of.get(sku) ?? 0 }
}

const PEOPLE: Readonly<Record<string, string>> = { female: 'women', male: 'men' }

/** In the order of `segmentsAbove`. */
function groupWords({ gender, region }: Required<Segment>): readonly string[] {
  const place = region === UNKNOWN ? '' : ` in ${region}`
  return [
    `${PEOPLE[gender] ?? 'people'} of your generation${place}`,
    `people of your generation${place}`,
    'people of your generation',
    'everybody',
  ]
}
