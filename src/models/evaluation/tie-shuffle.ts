import type { Random } from '../../core/random.ts'
import { lineSelection } from '../line-columns.ts'
import type { Sequences } from '../sequences.ts'

/**
 * The same histories with entries of one instant (one day where only days are known) in a random order: a figure that
 * falls by much owed something to the order in which a file happens to list them. Null where no two entries of a
 * shopper share an instant, or no time is known.
 */
export function tieShuffled(sequences: Sequences, random: Random): Sequences | null {
  const { starts, items, days, lines } = sequences
  const instants = lines?.atMs ?? days
  if (instants === null || instants === undefined) return null
  const places = Int32Array.from(items.keys())
  let isTied = false
  for (let shopper = 0; shopper + 1 < starts.length; shopper += 1) {
    const end = starts[shopper + 1] ?? 0
    for (let from = starts[shopper] ?? 0; from < end; ) {
      let to = from + 1
      while (to < end && instants[to] === instants[from]) to += 1
      if (to - from > 1) isTied = true
      shuffle(places.subarray(from, to), random)
      from = to
    }
  }
  if (!isTied) return null
  return {
    ...sequences,
    items: places.map((place) => items[place] ?? 0),
    ...(lines === undefined
      ? {}
      : { lines: { ...lineSelection(lines, places), orders: lines.orders, atMs: lines.atMs } }),
  }
}

/** Fisher-Yates, in place. */
function shuffle(values: Int32Array, random: Random): void {
  for (let last = values.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1)
    const value = values[last] ?? 0
    values[last] = values[other] ?? 0
    values[other] = value
  }
}
