import type { Person } from '../../person.ts'
import { historyOf, type Sequences, shopperCount } from '../../sequences.ts'

/** A segment's own share counts against the wider one's as if the wider one had so many shoppers in it. */
const PRIOR_SHOPPERS = 50

/** How many of the shoppers like this one have an item. */
export type SegmentShares = {
  /**
   * By item: the share of the shoppers of the person's segment who bought it, shrunk step by step from everybody
   * to the generation, the gender in it, the region in that. Null if nothing is known of the person.
   */
  readonly of: (person: Person | undefined) => Float64Array | null
  /** By item: the share of all shoppers who bought it. */
  readonly everybody: Float64Array
}

/** Shares over all shoppers with a past; where the data has no people, nobody has a segment. */
export function segmentShares(sequences: Sequences): SegmentShares {
  const counts = new Map<string, SegmentCounts>()
  for (let shopper = 0; shopper < shopperCount(sequences); shopper += 1) {
    const { items, person } = historyOf(sequences, shopper)
    if (items.length === 0) continue
    const distinct = new Set(items)
    for (const key of ['', ...keysOf(person)]) {
      const segment = counts.get(key) ?? { shoppers: 0, byItem: new Map() }
      segment.shoppers += 1
      for (const item of distinct) segment.byItem.set(item, (segment.byItem.get(item) ?? 0) + 1)
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
      for (const key of keys) shares = shrunk(counts.get(key), shares, PRIOR_SHOPPERS)
      known.set(narrowest, shares)
      return shares
    },
  }
}

type SegmentCounts = { shoppers: number; readonly byItem: Map<number, number> }

/** The person's segments from the widest to the narrowest; each once, none of what is not known. */
function keysOf(person: Person | undefined): readonly string[] {
  if (person === undefined) return []
  const parts = [generationOf(person.birthYear), person.gender, person.location]
  const keys = parts.map((_part, index) =>
    parts
      .slice(0, index + 1)
      .map((part) => part ?? '')
      .join('|'),
  )
  return keys.filter((_key, index) => parts[index] !== null)
}

/** @source ALGORITHMS, section 5 */
export function generationOf(birthYear: number | null): string | null {
  if (birthYear === null) return null
  if (birthYear < 1946) return 'Silent'
  if (birthYear <= 1964) return 'Boomers'
  if (birthYear <= 1980) return 'X'
  if (birthYear <= 1996) return 'Millennials'
  return birthYear <= 2012 ? 'Z' : 'Alpha'
}

function shrunk(segment: SegmentCounts | undefined, towards: Float64Array, prior: number): Float64Array {
  const shoppers = (segment?.shoppers ?? 0) + prior
  if (shoppers === 0) return towards
  const shares = towards.map((share) => (prior * share) / shoppers)
  for (const [item, count] of segment?.byItem ?? []) shares[item] = (shares[item] ?? 0) + count / shoppers
  return shares
}
