import { type ItemFigures, UNKNOWN_ITEM } from './item-figures.ts'
import { entriesBefore, type ItemTimelines } from './item-timelines.ts'
import { seasonIndexes } from './season-index.ts'

/** The figures of any item as of one day. */
export type FiguresAt = {
  /** The day that is asked about: nothing of it or later counts. Null where no time is known. */
  readonly asOfDay: number | null
  readonly of: (item: number) => Readonly<ItemFigures>
  /** Items by purchases in the last `days` days (of all time: Infinity), most first, ties by number, none at 0. */
  readonly mostBought: (days: number, count: number) => Int32Array
}

/** Days over which a discount counts as running, and over which a price is the usual one. */
const OFFER_DAYS = 14
const USUAL_DAYS = 90

/** Lists are kept to this length, for every day; figures of single items for this many items over all days. */
const LIST_LENGTH = 5000
const KEPT_FIGURES = 200_000

/** Figures by day over fixed timelines. */
export function figuresByDay(
  timelines: ItemTimelines,
  categories: Int32Array | null,
): (asOfDay: number | null) => FiguresAt {
  const days = new Map<number | null, FiguresAt>()
  const known = new KnownFigures()
  return (asOfDay) => {
    const found = days.get(asOfDay) ?? figuresAt(timelines, categories, asOfDay, known)
    days.set(asOfDay, found)
    return found
  }
}

/** Figures by day and item; all are forgotten when they become too many. */
class KnownFigures {
  private readonly days = new Map<number | null, Map<number, ItemFigures>>()
  private size = 0

  get(asOfDay: number | null, item: number): ItemFigures | undefined {
    return this.days.get(asOfDay)?.get(item)
  }

  set(asOfDay: number | null, item: number, figures: ItemFigures): void {
    if (this.size === KEPT_FIGURES) {
      this.days.clear()
      this.size = 0
    }
    const day = this.days.get(asOfDay) ?? new Map<number, ItemFigures>()
    this.days.set(asOfDay, day.set(item, figures))
    this.size += 1
  }
}

function figuresAt(
  timelines: ItemTimelines,
  categories: Int32Array | null,
  asOfDay: number | null,
  known: KnownFigures,
): FiguresAt {
  const lists = new Map<number, Int32Array>()
  let seasons: Float64Array | null | undefined
  return {
    asOfDay,
    of: (item) => {
      const figures = known.get(asOfDay, item)
      if (figures !== undefined) return figures
      if (seasons === undefined)
        seasons = asOfDay === null ? null : seasonIndexes(timelines, categories, asOfDay)
      const fresh = itemFigures(timelines, item, asOfDay)
      if (seasons !== null) fresh.seasonIndex = seasons[item] ?? Number.NaN
      known.set(asOfDay, item, fresh)
      return fresh
    },
    mostBought: (days, count) => {
      const list = lists.get(days) ?? ranked(boughtWithin(timelines, asOfDay, days))
      lists.set(days, list)
      return list.subarray(0, count)
    },
  }
}

function itemFigures(timelines: ItemTimelines, item: number, asOfDay: number | null): ItemFigures {
  const start = timelines.starts[item] ?? 0
  const at = (daysAgo: number) =>
    asOfDay === null ? start : entriesBefore(timelines, item, asOfDay - daysAgo)
  const end = at(0) === start && asOfDay === null ? (timelines.starts[item + 1] ?? 0) : at(0)
  if (end === start) return { ...UNKNOWN_ITEM, ...(asOfDay === null ? {} : NOT_BOUGHT) }
  const between = (sums: Float64Array | Int32Array | null, from: number) =>
    sums === null ? Number.NaN : (sums[end] ?? 0) - (sums[from] ?? 0)
  const { days, firsts, seconds, gapDays, units, priceCents, discountCents } = timelines
  const buyers = between(firsts, start)
  const dated = asOfDay !== null && days !== null
  const [month, offer, usual] = [at(30), at(OFFER_DAYS), at(USUAL_DAYS)]
  return {
    ...UNKNOWN_ITEM,
    purchases: end - start,
    ...(dated
      ? {
          purchases7d: end - at(7),
          purchases30d: end - month,
          purchases90d: end - at(90),
          purchasesBefore30d: month - at(60),
          daysSinceFirst: asOfDay - (days[start] ?? 0),
          daysSinceLast: asOfDay - (days[end - 1] ?? 0),
          meanGapDays: end - start > buyers ? between(gapDays, start) / (end - start - buyers) : Number.NaN,
        }
      : {}),
    buyers,
    repeatBuyers: between(seconds, start),
    unitsPerLine: between(units, start) / (end - start),
    priceCents: between(priceCents, end - 1),
    usualPriceCents: between(priceCents, usual < end ? usual : start) / (end - (usual < end ? usual : start)),
    discountRatio:
      offer < end ? between(discountCents, offer) / Math.max(1, between(priceCents, offer)) : Number.NaN,
  }
}

/** A dated catalogue in which nobody has bought the item yet: counts are known to be 0. */
const NOT_BOUGHT = { purchases7d: 0, purchases30d: 0, purchases90d: 0, purchasesBefore30d: 0 } as const

/** Entries of every item in the days before the as-of. */
function boughtWithin(timelines: ItemTimelines, asOfDay: number | null, days: number): Int32Array {
  const { starts } = timelines
  return Int32Array.from({ length: starts.length - 1 }, (_, item) => {
    if (asOfDay === null) return (starts[item + 1] ?? 0) - (starts[item] ?? 0)
    const from =
      days === Number.POSITIVE_INFINITY ? (starts[item] ?? 0) : entriesBefore(timelines, item, asOfDay - days)
    return entriesBefore(timelines, item, asOfDay) - from
  })
}

/** Items with a count, the greatest first, ties by number: sorted by counting, because counts are small. */
function ranked(counts: Int32Array): Int32Array {
  const most = counts.reduce((a, b) => Math.max(a, b), 0)
  const starts = new Int32Array(most + 2)
  for (const count of counts) if (count > 0) starts[most - count + 1] = (starts[most - count + 1] ?? 0) + 1
  for (let rank = 0; rank <= most; rank += 1) starts[rank + 1] = (starts[rank + 1] ?? 0) + (starts[rank] ?? 0)
  const items = new Int32Array(starts[most] ?? 0)
  for (const [item, count] of counts.entries()) {
    if (count === 0) continue
    const place = starts[most - count] ?? 0
    items[place] = item
    starts[most - count] = place + 1
  }
  return items.slice(0, LIST_LENGTH)
}
