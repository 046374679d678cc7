import { popular, popularity } from '../baselines/popular.ts'
import type { Person } from '../person.ts'
import type { FittedRecommender, Recommender, Training } from '../recommender.ts'
import { historyOf, type Sequences, shopperCount } from '../sequences.ts'
import { generationOf } from './generations.ts'

/**
 * Shoppers that a segment is taken to have from the wider segment around it. Of 50, 200, 1,000 and 3,000 the best on
 * the period before the measured one of AdventureWorks and Complete Journey; so is counting shoppers, not events, and
 * all days, not the last 30.
 */
const SHRINKAGE = 200

/**
 * What people like this one buy: what is popular now, times how much likelier its segment of region,
 * generation and gender is than everybody to have the item at all, on any day. Each level is shrunk to the wider one
 * around it, `(n segment + 200 wider) / (n + 200)` with n shoppers. What is not known of a person leaves a level out; of whom nothing is known
 * gets what is popular.
 *
 * @source ALGORITHMS, section 5
 */
export const demographics: Recommender = {
  name: 'demographics',
  fit: async (training) =>
    training.sequences.people === undefined ? popular.fit(training) : segmentModel(training),
}

function segmentModel(training: Training): FittedRecommender {
  const now = popularity(training)
  const counts = segmentCounts(training.sequences)
  const all = sharesIn(counts.get(''), training.sequences.itemCount)
  const known = new Map<string, Float64Array>()
  const sharesOf = (person: Person | undefined): Float64Array => {
    let shares = all
    for (const segment of segmentsOf(person)) {
      const found = known.get(segment) ?? shrunk(counts.get(segment), shares)
      known.set(segment, found)
      shares = found
    }
    return shares
  }
  const scoreOf = (shares: Float64Array, item: number): number => {
    const share = all[item] ?? 0
    return share === 0 ? 0 : ((now[item] ?? 0) * (shares[item] ?? 0)) / share
  }
  return {
    score: ({ person }, scores) => {
      const shares = sharesOf(person)
      for (let item = 0; item < scores.length; item += 1) scores[item] = scoreOf(shares, item)
    },
    explain: ({ person }, item) => ({ base: scoreOf(sharesOf(person), item), contributions: [] }),
  }
}

/** From wide to narrow: region; region and generation; region, generation and gender. */
function segmentsOf(person: Person | undefined): readonly string[] {
  if (person === undefined) return []
  const region = person.location?.slice(0, 2) ?? '?'
  const generation = generationOf(person.birthYear) ?? '?'
  const chain = [region, `${region} ${generation}`, `${region} ${generation} ${person.gender ?? '?'}`]
  const isKnown = [person.location, person.birthYear, person.gender].map((fact) => fact !== null)
  return chain.filter((_segment, level) => isKnown[level])
}

type SegmentCounts = {
  shoppers: number
  /** Shoppers of the segment who have the item. */
  readonly byItem: Map<number, number>
}

/** By segment; '' is everybody. */
function segmentCounts(sequences: Sequences): ReadonlyMap<string, SegmentCounts> {
  const counts = new Map<string, SegmentCounts>()
  for (let shopper = 0; shopper < shopperCount(sequences); shopper += 1) {
    const { items, person } = historyOf(sequences, shopper)
    const distinct = new Set(items)
    if (distinct.size === 0) continue
    for (const segment of ['', ...segmentsOf(person)]) {
      const own = counts.get(segment) ?? { shoppers: 0, byItem: new Map<number, number>() }
      counts.set(segment, own)
      own.shoppers += 1
      for (const item of distinct) own.byItem.set(item, (own.byItem.get(item) ?? 0) + 1)
    }
  }
  return counts
}

/** Of each item the share of the segment's shoppers who have it. */
function sharesIn(counts: SegmentCounts | undefined, itemCount: number): Float64Array {
  const shares = new Float64Array(itemCount)
  if (counts !== undefined) {
    for (const [item, count] of counts.byItem) shares[item] = count / counts.shoppers
  }
  return shares
}

/** The shares of a segment, with `SHRINKAGE` shoppers of the wider one. */
function shrunk(counts: SegmentCounts | undefined, wider: Float64Array): Float64Array {
  if (counts === undefined) return wider
  const shoppers = counts.shoppers + SHRINKAGE
  const shares = wider.map((share) => (SHRINKAGE * share) / shoppers)
  for (const [item, count] of counts.byItem) shares[item] = (shares[item] ?? 0) + count / shoppers
  return shares
}
