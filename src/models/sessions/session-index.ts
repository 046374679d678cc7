import { invertedIndex } from '../affinity/pair-sums.ts'
import { RowBuilder, type SparseRows } from '../linalg/sparse-rows.ts'
import { historyOf, type Sequences, shopperCount } from '../sequences.ts'
import type { SessionSettings } from './session-settings.ts'

/** Past sessions, made to be searched by item. A session is one history of the training, its distinct items. */
export type SessionIndex = {
  readonly itemCount: number
  /** Sessions by item, ascending: `sessions[starts[item] .. starts[item + 1])`; later sessions have higher numbers. */
  readonly starts: Int32Array
  readonly sessions: Int32Array
  /** Distinct items of each session: `items[itemStarts[session] .. itemStarts[session + 1])`. */
  readonly itemStarts: Int32Array
  readonly items: Int32Array
  /** ln(sessions / sessions with the item), 0 for items that no session has. */
  readonly idf: Float64Array
  /** How often and how soon an item follows another: items x items, the sum of 1 / gap. */
  readonly transitions: SparseRows
  /** Of each item its share of all events. */
  readonly popularity: Float64Array
}

export function sessionIndex(sequences: Sequences, settings: SessionSettings): SessionIndex {
  const { itemCount } = sequences
  const { itemStarts, items } = distinctOf(sequences)
  const { starts, places, owners: sessionOf } = invertedIndex({ ...sequences, starts: itemStarts, items })
  const sessions = places.map((place) => sessionOf[place] ?? 0)
  const count = itemStarts.length - 1
  const popularity = new Float64Array(itemCount)
  for (const item of sequences.items) popularity[item] = (popularity[item] ?? 0) + 1 / sequences.items.length
  return {
    itemCount,
    starts,
    sessions,
    itemStarts,
    items,
    idf: Float64Array.from({ length: itemCount }, (_, item) => {
      const holders = (starts[item + 1] ?? 0) - (starts[item] ?? 0)
      return holders === 0 ? 0 : Math.log(count / holders)
    }),
    transitions: transitionsOf(sequences, settings.reach),
    popularity,
  }
}

function distinctOf(sequences: Sequences): { readonly itemStarts: Int32Array; readonly items: Int32Array } {
  const itemStarts = new Int32Array(shopperCount(sequences) + 1)
  const items = new Int32Array(sequences.items.length)
  let size = 0
  for (let session = 0; session < shopperCount(sequences); session += 1) {
    for (const item of new Set(historyOf(sequences, session).items)) items[size++] = item
    itemStarts[session + 1] = size
  }
  return { itemStarts, items: items.slice(0, size) }
}

/** By item, as for pair sums: all places where it stands, and what comes within reach after each. */
function transitionsOf(sequences: Sequences, reach: number): SparseRows {
  const { itemCount, items } = sequences
  const { starts, places, owners } = invertedIndex(sequences)
  const builder = new RowBuilder(itemCount)
  for (let item = 0; item < itemCount; item += 1) {
    for (let at = starts[item] ?? 0; at < (starts[item + 1] ?? 0); at += 1) {
      const place = places[at] ?? 0
      const last = Math.min(place + reach, (sequences.starts[(owners[place] ?? 0) + 1] ?? 0) - 1)
      for (let later = place + 1; later <= last; later += 1) {
        const other = items[later] ?? 0
        if (other !== item) builder.add(other, 1 / (later - place))
      }
    }
    builder.endRow()
  }
  return builder.toRows(itemCount)
}
