import { type LineColumns, lineRange, lineSelection } from './line-columns.ts'
import type { Person } from './person.ts'

/**
 * What shoppers did, as CSR: shopper `s` has `items[starts[s] .. starts[s + 1])`, each shopper's in the total
 * order, oldest first. Items are dense numbers from 0.
 */
export type Sequences = {
  readonly itemCount: number
  /** Shoppers + 1 offsets into `items`, ascending from 0. */
  readonly starts: Int32Array
  readonly items: Int32Array
  /** Whole UTC days of each entry of `items`, counted from the first event's day; null where no time is known. */
  readonly days: Int32Array | null
  /** Midnight UTC of day 0, epoch ms; absent where no calendar date is known. */
  readonly firstDayMs?: number
  /** Orders, instants, quantities and prices of the entries; absent where the data has no orders. */
  readonly lines?: LineColumns
  /** Who each shopper is; absent where the data does not say. */
  readonly people?: readonly Person[]
  /** The instant at which each shopper is asked, epoch ms: of queries alone, and where time is known. */
  readonly asOfMs?: Float64Array
}

/** One shopper's past, oldest first. Views into larger arrays: not kept by whoever receives them. */
export type ShopperHistory = {
  readonly items: Int32Array
  /** As in `Sequences`. */
  readonly days: Int32Array | null
  /** As in `Sequences`. */
  readonly lines?: LineColumns
  /** As in `Sequences`; known also where the history is empty. */
  readonly person?: Person
  /** The instant at which the shopper is asked, epoch ms; absent where no time is known, and in what is learnt from. */
  readonly asOfMs?: number
}

export const shopperCount = (sequences: Sequences): number => sequences.starts.length - 1

/** The history of shopper `shopper`, without copying. */
export function historyOf(sequences: Sequences, shopper: number): ShopperHistory {
  const from = sequences.starts[shopper] ?? 0
  const to = sequences.starts[shopper + 1] ?? from
  const { items, days, lines } = sequences
  const person = sequences.people?.[shopper]
  const asOfMs = sequences.asOfMs?.[shopper]
  return {
    items: items.subarray(from, to),
    days: days?.subarray(from, to) ?? null,
    ...(lines === undefined ? {} : { lines: lineRange(lines, from, to) }),
    ...(person === undefined ? {} : { person }),
    ...(asOfMs === undefined ? {} : { asOfMs }),
  }
}

/** Sequences from one list of item numbers per shopper, and the day of each where known. */
export function sequencesOf(
  itemCount: number,
  lists: readonly ArrayLike<number>[],
  dayLists: readonly ArrayLike<number>[] | null = null,
): Sequences {
  const starts = new Int32Array(lists.length + 1)
  for (const [shopper, list] of lists.entries()) {
    starts[shopper + 1] = (starts[shopper] ?? 0) + list.length
  }
  return {
    itemCount,
    starts,
    items: concatenated(lists, starts),
    days: dayLists === null ? null : concatenated(dayLists, starts),
  }
}

/** A stretch of one shopper's history: its entries `from` (counted from the oldest) up to but not `to`. */
export type Stretch = { readonly shopper: number; readonly from: number; readonly to: number }

/** Each stretch as a history of its own, with all that is known of its entries and its shopper. */
export function stretchesOf(sequences: Sequences, stretches: readonly Stretch[]): Sequences {
  const starts = new Int32Array(stretches.length + 1)
  for (const [index, { from, to }] of stretches.entries()) {
    starts[index + 1] = (starts[index] ?? 0) + Math.max(0, to - from)
  }
  const places = new Int32Array(starts[stretches.length] ?? 0)
  for (const [index, { shopper, from, to }] of stretches.entries()) {
    let place = starts[index] ?? 0
    const first = sequences.starts[shopper] ?? 0
    for (let entry = from; entry < to; entry += 1) places[place++] = first + entry
  }
  const { days, lines, people } = sequences
  return {
    ...sequences,
    starts,
    items: places.map((place) => sequences.items[place] ?? 0),
    days: days === null ? null : places.map((place) => days[place] ?? 0),
    ...(lines === undefined ? {} : { lines: lineSelection(lines, places) }),
    ...(people === undefined ? {} : { people: stretches.flatMap(({ shopper }) => people[shopper] ?? []) }),
  }
}

/** The part of each shopper's history that `keep` gives, as lengths counted from the oldest event. */
export function firstOfEach(
  sequences: Sequences,
  keep: (length: number, shopper: number) => number,
): Sequences {
  return stretchesOf(
    sequences,
    Array.from({ length: shopperCount(sequences) }, (_, shopper) => ({
      shopper,
      from: 0,
      to: keep((sequences.starts[shopper + 1] ?? 0) - (sequences.starts[shopper] ?? 0), shopper),
    })),
  )
}

/** Whether any shopper has an item twice: if none has in the whole data, proposing it again makes no sense. */
export function hasRepeats(sequences: Sequences): boolean {
  const lastSeenBy = new Int32Array(sequences.itemCount).fill(-1)
  for (let shopper = 0; shopper < shopperCount(sequences); shopper += 1) {
    for (const item of historyOf(sequences, shopper).items) {
      if (lastSeenBy[item] === shopper) return true
      lastSeenBy[item] = shopper
    }
  }
  return false
}

function concatenated(lists: readonly ArrayLike<number>[], starts: Int32Array): Int32Array {
  const joined = new Int32Array(starts.at(-1) ?? 0)
  for (const [index, list] of lists.entries()) joined.set(list, starts[index])
  return joined
}
