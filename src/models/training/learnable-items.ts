import { lineSelection } from '../line-columns.ts'
import { type Sequences, shopperCount } from '../sequences.ts'

/**
 * Pair sums over more items than this may not fit: their three matrices can be full, 12 bytes a cell.
 * Up to here every item is learnt; the bound on cells only matters for shoppers with long histories.
 */
export const MAX_PAIR_CELLS = 15_000_000

/** Items that affinity is learnt over: by number, ascending, and the histories in numbers of their own. */
export type LearnableItems = {
  /** Number among all items, by number among these. */
  readonly numbers: Int32Array
  readonly sequences: Sequences
}

/**
 * The items whose pairs can be summed within `maxCells` cells: all of them if shoppers' histories cannot touch
 * more (each touches at most its distinct items squared), else those of the most shoppers, ties by item number.
 */
export function learnableItems(sequences: Sequences, maxCells: number = MAX_PAIR_CELLS): LearnableItems {
  const { shoppers, touched } = spread(sequences)
  const present = shoppers.reduce((count, own) => count + (own > 0 ? 1 : 0), 0)
  const all = Int32Array.from(shoppers.keys())
  if (Math.min(touched, present ** 2) <= maxCells) return { numbers: all, sequences }
  const most = all.sort((a, b) => (shoppers[b] ?? 0) - (shoppers[a] ?? 0) || a - b)
  const numbers = most.slice(0, Math.floor(Math.sqrt(maxCells))).sort()
  return { numbers, sequences: restricted(sequences, numbers) }
}

/** Of each item the shoppers who have it; and how many cells the pairs of all shoppers touch at most. */
function spread(sequences: Sequences): { readonly shoppers: Int32Array; readonly touched: number } {
  const { itemCount, items, starts } = sequences
  const shoppers = new Int32Array(itemCount)
  const lastSeenBy = new Int32Array(itemCount).fill(-1)
  let touched = 0
  for (let shopper = 0; shopper < shopperCount(sequences); shopper += 1) {
    let distinct = 0
    for (let place = starts[shopper] ?? 0; place < (starts[shopper + 1] ?? 0); place += 1) {
      const item = items[place] ?? 0
      if (lastSeenBy[item] === shopper) continue
      lastSeenBy[item] = shopper
      shoppers[item] = (shoppers[item] ?? 0) + 1
      distinct += 1
    }
    touched += distinct ** 2
  }
  return { shoppers, touched }
}

function restricted(sequences: Sequences, numbers: Int32Array): Sequences {
  const { itemCount, items, starts, days, lines } = sequences
  const numberOf = new Int32Array(itemCount).fill(-1)
  for (const [number, item] of numbers.entries()) numberOf[item] = number
  const places = new Int32Array(items.length)
  const keptStarts = new Int32Array(starts.length)
  let size = 0
  for (let shopper = 0; shopper + 1 < starts.length; shopper += 1) {
    for (let place = starts[shopper] ?? 0; place < (starts[shopper + 1] ?? 0); place += 1) {
      if ((numberOf[items[place] ?? 0] ?? -1) >= 0) places[size++] = place
    }
    keptStarts[shopper + 1] = size
  }
  const kept = places.subarray(0, size)
  return {
    ...sequences,
    itemCount: numbers.length,
    starts: keptStarts,
    items: kept.map((place) => numberOf[items[place] ?? 0] ?? 0),
    days: days === null ? null : kept.map((place) => days[place] ?? 0),
    ...(lines === undefined ? {} : { lines: lineSelection(lines, kept) }),
  }
}
