import { PAST_BY_GAP_AND_REST, SUCCESSION_BY_GAP } from '../../catalog/pairs/gap-weights.ts'
import { RowBuilder, type SparseRows } from '../linalg/sparse-rows.ts'
import { firstOfEach, historyOf, type Sequences, shopperCount } from '../sequences.ts'

/** Settings of the statistics; a change is another statistic. @source ALGORITHMS, section 1 */
export const PAIR_LIMITS = Object.freeze({
  /** Only a shopper's first events count. */
  maxHistory: 1000,
  /** Of those, only the first distinct items count as being together. */
  maxDistinct: 200,
})

/**
 * The three exact integer sums over all shoppers that affinity is solved from; items x items. The same numbers
 * whoever computes them, so engines are held to equality.
 */
export type PairSums = {
  /** P, millionths: how closely two items lie together in the past of a prefix. Symmetric. */
  readonly past: SparseRows
  /** K, millionths: row i, column j is how often and how soon j follows i. */
  readonly succession: SparseRows
  /** G: how many shoppers have both; the diagonal counts shoppers. Symmetric. */
  readonly together: SparseRows
}

/** Whatever computes the sums of a set of sequences: in process, or SQL. */
export type PairSumSource = (sequences: Sequences) => Promise<PairSums>

/** The histories that the sums are taken over: each shopper's first `maxHistory` events. */
export const countedHistories = (sequences: Sequences): Sequences =>
  firstOfEach(sequences, (length) => Math.min(length, PAIR_LIMITS.maxHistory))

/** Each shopper's first `maxDistinct` distinct items, in order of first appearance. */
export function distinctItems(sequences: Sequences): Sequences {
  const lastSeenBy = new Int32Array(sequences.itemCount).fill(-1)
  const items = new Int32Array(sequences.items.length)
  const starts = new Int32Array(sequences.starts.length)
  let size = 0
  for (let shopper = 0; shopper < shopperCount(sequences); shopper += 1) {
    const first = size
    for (const item of historyOf(sequences, shopper).items) {
      if (lastSeenBy[item] === shopper || size - first === PAIR_LIMITS.maxDistinct) continue
      lastSeenBy[item] = shopper
      items[size++] = item
    }
    starts[shopper + 1] = size
  }
  return { itemCount: sequences.itemCount, starts, items: items.slice(0, size), days: null }
}

/**
 * The sums item by item (row-at-a-time product): an inverted index, one dense accumulator and a list of the
 * touched cells; memory is 12 bytes an event plus the result. PERFORMANCE, section 5.
 */
export const pairSumsInProcess: PairSumSource = async (sequences) => {
  const counted = countedHistories(sequences)
  const { itemCount, items, starts } = counted
  const index = invertedIndex(counted)
  const rows = (addRow: (builder: RowBuilder, item: number) => void): SparseRows => {
    const builder = new RowBuilder(itemCount)
    for (let item = 0; item < itemCount; item += 1) {
      addRow(builder, item)
      builder.endRow()
    }
    return builder.toRows(itemCount)
  }
  const occurrences = (item: number) =>
    index.places.subarray(index.starts[item] ?? 0, index.starts[item + 1] ?? 0)
  return {
    succession: rows((builder, item) => {
      for (const place of occurrences(item)) {
        const end = starts[(index.owners[place] ?? 0) + 1] ?? 0
        const last = Math.min(end - 1, place + SUCCESSION_BY_GAP.length - 1)
        for (let later = place + 1; later <= last; later += 1) {
          builder.add(items[later] ?? 0, SUCCESSION_BY_GAP[later - place] ?? 0)
        }
      }
    }),
    past: rows((builder, item) => {
      for (const place of occurrences(item)) addPast(builder, counted, index.owners[place] ?? 0, place)
    }),
    together: togetherRows(distinctItems(counted)),
  }
}

/** Every place within reach of `place` that lies with it in the past of some prefix that has a future. */
function addPast(builder: RowBuilder, { items, starts }: Sequences, owner: number, place: number): void {
  const reach = PAST_BY_GAP_AND_REST.length - 1
  const lastPrefixEnd = (starts[owner + 1] ?? 0) - 2
  const from = Math.max(starts[owner] ?? 0, place - reach)
  const to = Math.min(lastPrefixEnd, place + reach)
  if (place > lastPrefixEnd) return
  for (let other = from; other <= to; other += 1) {
    const byRest = PAST_BY_GAP_AND_REST[Math.abs(other - place)] ?? []
    const rest = Math.min(lastPrefixEnd - Math.max(other, place), byRest.length - 1)
    builder.add(items[other] ?? 0, byRest[rest] ?? 0)
  }
}

function togetherRows(distinct: Sequences): SparseRows {
  const index = invertedIndex(distinct)
  const builder = new RowBuilder(distinct.itemCount)
  for (let item = 0; item < distinct.itemCount; item += 1) {
    for (let at = index.starts[item] ?? 0; at < (index.starts[item + 1] ?? 0); at += 1) {
      const owner = index.owners[index.places[at] ?? 0] ?? 0
      const end = distinct.starts[owner + 1] ?? 0
      for (let place = distinct.starts[owner] ?? 0; place < end; place += 1) {
        builder.add(distinct.items[place] ?? 0, 1)
      }
    }
    builder.endRow()
  }
  return builder.toRows(distinct.itemCount)
}

/** Where each item stands: `places[starts[item] .. starts[item + 1])`, ascending; `owners` by place. */
export function invertedIndex({ itemCount, items, starts }: Sequences): {
  readonly starts: Int32Array
  readonly places: Int32Array
  readonly owners: Int32Array
} {
  const itemStarts = new Int32Array(itemCount + 1)
  for (const item of items) itemStarts[item + 1] = (itemStarts[item + 1] ?? 0) + 1
  for (let item = 0; item < itemCount; item += 1) {
    itemStarts[item + 1] = (itemStarts[item + 1] ?? 0) + (itemStarts[item] ?? 0)
  }
  const next = itemStarts.slice()
  const places = new Int32Array(items.length)
  const owners = new Int32Array(items.length)
  for (let shopper = 0; shopper < starts.length - 1; shopper += 1) {
    for (let place = starts[shopper] ?? 0; place < (starts[shopper + 1] ?? 0); place += 1) {
      const item = items[place] ?? 0
      const target = next[item] ?? 0
      places[target] = place
      next[item] = target + 1
      owners[place] = shopper
    }
  }
  return { starts: itemStarts, places, owners }
}
