import { historyOf, type Sequences, shopperCount } from '../../sequences.ts'

/**
 * Everything that happened to each item, oldest first, so that any figure of any item as of any day is two
 * binary searches: entries of item `i` are `[starts[i], starts[i + 1])`. Sums stand before each entry and run
 * over the whole array, so a range is the difference of two.
 */
export type ItemTimelines = {
  readonly starts: Int32Array
  /** Day of each entry; null where no time is known. */
  readonly days: Int32Array | null
  /** Entries + 1 running sums: first purchases of a shopper, second ones, days since the one before. */
  readonly firsts: Int32Array
  readonly seconds: Int32Array
  readonly gapDays: Float64Array
  readonly units: Float64Array | null
  /** Per line, not per unit. */
  readonly priceCents: Float64Array | null
  readonly discountCents: Float64Array | null
}

export function itemTimelines(sequences: Sequences): ItemTimelines {
  const { itemCount, items, days, lines } = sequences
  const { order, starts } = byItemAndDay(sequences)
  const { ordinals, gaps } = repeats(sequences)
  const running = (amountOf: (place: number) => number) => {
    const sums = new Float64Array(items.length + 1)
    for (let index = 0; index < order.length; index += 1) {
      sums[index + 1] = (sums[index] ?? 0) + amountOf(order[index] ?? 0)
    }
    return sums
  }
  const column = (values: Int32Array | null | undefined) =>
    values === null || values === undefined ? null : running((place) => values[place] ?? 0)
  return {
    starts: starts.subarray(0, itemCount + 1),
    days: days === null ? null : order.map((place) => days[place] ?? 0),
    firsts: Int32Array.from(running((place) => (ordinals[place] === 0 ? 1 : 0))),
    seconds: Int32Array.from(running((place) => (ordinals[place] === 1 ? 1 : 0))),
    gapDays: running((place) => gaps[place] ?? 0),
    units: column(lines?.quantities),
    priceCents: column(lines?.priceCents),
    discountCents: column(lines?.discountCents),
  }
}

/** First entry of `item` that is not before `day`; all entries are before any day where no time is known. */
export function entriesBefore({ starts, days }: ItemTimelines, item: number, day: number): number {
  const end = starts[item + 1] ?? 0
  if (days === null) return end
  let [low, high] = [starts[item] ?? 0, end]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((days[middle] ?? 0) < day) low = middle + 1
    else high = middle
  }
  return low
}

/** Places of the entries by item, then day, then place; and where each item starts. */
function byItemAndDay({ itemCount, items, days }: Sequences): {
  readonly order: Int32Array
  readonly starts: Int32Array
} {
  const places = Int32Array.from(items.keys())
  if (days !== null) places.sort((a, b) => (days[a] ?? 0) - (days[b] ?? 0) || a - b)
  const starts = new Int32Array(itemCount + 1)
  for (const item of items) starts[item + 1] = (starts[item + 1] ?? 0) + 1
  for (let item = 0; item < itemCount; item += 1)
    starts[item + 1] = (starts[item + 1] ?? 0) + (starts[item] ?? 0)
  const next = starts.slice()
  const order = new Int32Array(items.length)
  for (const place of places) {
    const item = items[place] ?? 0
    const at = next[item] ?? 0
    order[at] = place
    next[item] = at + 1
  }
  return { order, starts }
}

/** Of each entry how often its shopper had bought the item before, and how many days ago (0 the first time). */
function repeats(sequences: Sequences): { readonly ordinals: Int32Array; readonly gaps: Int32Array } {
  const { items, days, starts } = sequences
  const ordinals = new Int32Array(items.length)
  const gaps = new Int32Array(items.length)
  for (let shopper = 0; shopper < shopperCount(sequences); shopper += 1) {
    const latest = new Map<number, number>()
    const from = starts[shopper] ?? 0
    for (const [index, item] of historyOf(sequences, shopper).items.entries()) {
      const place = from + index
      const before = latest.get(item)
      latest.set(item, place)
      if (before === undefined) continue
      ordinals[place] = (ordinals[before] ?? 0) + 1
      gaps[place] = days === null ? 0 : (days[place] ?? 0) - (days[before] ?? 0)
    }
  }
  return { ordinals, gaps }
}
