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
}

/** One shopper's past, oldest first. Views into larger arrays: not kept by whoever receives them. */
export type ShopperHistory = {
  readonly items: Int32Array
  /** As in `Sequences`. */
  readonly days: Int32Array | null
}

export const shopperCount = (sequences: Sequences): number => sequences.starts.length - 1

/** The history of shopper `shopper`, without copying. */
export function historyOf({ starts, items, days }: Sequences, shopper: number): ShopperHistory {
  const from = starts[shopper] ?? 0
  const to = starts[shopper + 1] ?? from
  return { items: items.subarray(from, to), days: days?.subarray(from, to) ?? null }
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

/** The part of each shopper's history that `keep` gives, as lengths counted from the oldest event. */
export function firstOfEach(
  sequences: Sequences,
  keep: (length: number, shopper: number) => number,
): Sequences {
  const { itemCount, starts, days } = sequences
  const lists: Int32Array[] = []
  const dayLists: Int32Array[] = []
  for (let shopper = 0; shopper < starts.length - 1; shopper += 1) {
    const history = historyOf(sequences, shopper)
    const length = keep(history.items.length, shopper)
    lists.push(history.items.subarray(0, length))
    dayLists.push(history.days?.subarray(0, length) ?? new Int32Array())
  }
  return sequencesOf(itemCount, lists, days === null ? null : dayLists)
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
