import { popular, popularityWindow } from '../baselines/popular.ts'
import type { Person } from '../person.ts'
import type { FittedRecommender, Recommender, Training } from '../recommender.ts'
import { shopperCount } from '../sequences.ts'
import { generationOf } from './generations.ts'

/** Events that a segment is taken to have from the wider segment around it. @source ALGORITHMS, section 5 */
const SHRINKAGE = 50

/**
 * What people like this one buy: popularity in the segment of region, generation and gender, each level shrunk to the
 * wider one around it, `(n segment + 50 wider) / (n + 50)`, over the days that `popular` counts. What is not known of
 * a person leaves a level out; of whom nothing is known gets what is popular.
 */
export const demographics: Recommender = {
  name: 'demographics',
  fit: async (training) =>
    training.sequences.people === undefined ? popular.fit(training) : segmentModel(training),
}

function segmentModel(training: Training): FittedRecommender {
  const counts = segmentCounts(training)
  const all = sharesIn(counts.get('') ?? new Map(), training.sequences.itemCount)
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
  return {
    score: ({ person }, scores) => scores.set(sharesOf(person)),
    explain: ({ person }, item) => ({ base: sharesOf(person)[item] ?? 0, contributions: [] }),
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

/** Events by segment and item; '' is everybody. */
function segmentCounts(training: Training): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const { sequences } = training
  const isCounted = popularityWindow(training)
  const counts = new Map<string, Map<number, number>>()
  for (let shopper = 0; shopper < shopperCount(sequences); shopper += 1) {
    const segments = ['', ...segmentsOf(sequences.people?.[shopper])]
    for (
      let entry = sequences.starts[shopper] ?? 0;
      entry < (sequences.starts[shopper + 1] ?? 0);
      entry += 1
    ) {
      if (!isCounted(entry)) continue
      const item = sequences.items[entry] ?? 0
      for (const segment of segments) {
        const own = counts.get(segment) ?? new Map<number, number>()
        counts.set(segment, own.set(item, (own.get(item) ?? 0) + 1))
      }
    }
  }
  return counts
}

function sharesIn(counts: ReadonlyMap<number, number>, itemCount: number): Float64Array {
  const shares = new Float64Array(itemCount)
  let total = 0
  for (const count of counts.values()) total += count
  for (const [item, count] of counts) shares[item] = count / total
  return shares
}

/** The counts of a segment, with `SHRINKAGE` events of the wider one. */
function shrunk(counts: ReadonlyMap<number, number> | undefined, wider: Float64Array): Float64Array {
  if (counts === undefined) return wider
  let total = 0
  for (const count of counts.values()) total += count
  const shares = wider.map((share) => (SHRINKAGE * share) / (total + SHRINKAGE))
  for (const [item, count] of counts) shares[item] = (shares[item] ?? 0) + count / (total + SHRINKAGE)
  return shares
}
