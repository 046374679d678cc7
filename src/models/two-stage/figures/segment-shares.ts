import { SHRINKAGE } from '../../../catalog/readings/segment-share.ts'
import { generationOf } from '../../demographics/generations.ts'
import type { Person } from '../../person.ts'
import { historyOf, type Sequences, shopperCount } from '../../sequences.ts'

/** What shoppers like this one buy. */
export type SegmentShares = {
  /**
   * By item: its share of the lines of the person's segment, shrunk step by step from everybody to the generation,
   * the region in it, the gender in that. Null if nothing is known of the person.
   */
  readonly of: (person: Person | undefined) => Float64Array | null
  /** By item: its share of all lines. */
  readonly everybody: Float64Array
}

/** Shares over all lines; where the data has no people, nobody has a segment. */
export function segmentShares(sequences: Sequences): SegmentShares {
  const counts = new Map<string, SegmentCounts>()
  for (let shopper = 0; shopper < shopperCount(sequences); shopper += 1) {
    const { items, person } = historyOf(sequences, shopper)
    if (items.length === 0) continue
    for (const key of ['', ...keysOf(person)]) {
      const segment = counts.get(key) ?? { lines: 0, byItem: new Map() }
      segment.lines += items.length
      for (const item of items) segment.byItem.set(item, (segment.byItem.get(item) ?? 0) + 1)
      counts.set(key, segment)
    }
  }
  const everybody = shrunk(counts.get(''), new Float64Array(sequences.itemCount), 0)
  const known = new Map<string, Float64Array>()
  return {
    everybody,
    of: (person) => {
      const keys = keysOf(person)
      const narrowest = keys.at(-1)
      if (narrowest === undefined) return null
      const found = known.get(narrowest)
      if (found !== undefined) return found
      let shares = everybody
      for (const key of keys) shares = shrunk(counts.get(key), shares, SHRINKAGE)
      known.set(narrowest, shares)
      return shares
    },
  }
}

type SegmentCounts = { lines: number; readonly byItem: Map<number, number> }

/** The person's segments from the widest to the narrowest; each once, none of what is not known. */
function keysOf(person: Person | undefined): readonly string[] {
  if (person === undefined) return []
  const parts = [generationOf(person.birthYear), person.location, person.gender]
  const keys = parts.map((_part, index) =>
    parts
      .slice(0, index + 1)
      .map((part) => part ?? '')
      .join('|'),
  )
  return keys.filter((_key, index) => parts[index] !== null)
}

function shrunk(segment: SegmentCounts | undefined, towards: Float64Array, prior: number): Float64Array {
  const lines = (segment?.lines ?? 0) + prior
  if (lines === 0) return towards
  const shares = towards.map((share) => (prior * share) / lines)
  for (const [item, count] of segment?.byItem ?? []) shares[item] = (shares[item] ?? 0) + count / lines
  return shares
}
