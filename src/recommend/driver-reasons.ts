import type { Driver, Evidence } from '../models/candidates/candidate-source.ts'
import type { Reason } from './decision.ts'

/** What one column gave to a score, and what its source says of the item. */
export type Given = {
  readonly driver: Driver
  readonly contribution: number
  /** Null where the source says nothing of the item: then its silence gave what it gave; and of a feature column. */
  readonly evidence: Evidence | null
  /** Whether the column is a feature, which is no silence. */
  readonly isFeature?: boolean
}

/** Less than this is rounding. */
const LEAST = 1e-12

/**
 * Reasons whose contributions add up to those given, most first: one for each source that says something; what silence
 * and feature columns gave goes to the strongest reason of its driver, or is the driver's one reason where all its sources
 * are silent.
 */
export function driverReasons(given: readonly Given[], textOf: (evidence: Evidence) => string): Reason[] {
  const reasons: Reason[] = []
  for (const [driver, own] of Map.groupBy(given, (each) => each.driver)) {
    const said = own
      .filter(({ evidence }) => evidence !== null)
      .sort((a, b) => b.contribution - a.contribution)
    const silent = own.reduce(
      (sum, { evidence, contribution }) => sum + (evidence === null ? contribution : 0),
      0,
    )
    for (const [place, { contribution, evidence }] of said.entries()) {
      const whole = contribution + (place === 0 ? silent : 0)
      if (evidence !== null) reasons.push({ driver, contribution: whole, text: textOf(evidence) })
    }
    if (said.length === 0) {
      const speaksForIt = silent > 0 && own.some(({ isFeature }) => isFeature === true)
      reasons.push({ driver, contribution: silent, text: (speaksForIt ? FITS : SILENCE)[driver] })
    }
  }
  return reasons
    .filter(({ contribution }) => Math.abs(contribution) >= LEAST)
    .sort((a, b) => b.contribution - a.contribution)
}

/** What feature columns say that speak for an item where the driver's sources are silent. */
const FITS: Readonly<Record<Driver, string>> = {
  history: 'It fits how you shop',
  demographics: 'It fits what people like you buy',
  affinity: 'It fits what you chose',
  season: 'It fits the time of the year',
  discount: 'Its price fits what you usually pay',
  popularity: 'It fits how much it is bought at present',
  content: 'It fits what you look for',
}

/** What a driver's silence says. */
const SILENCE: Readonly<Record<Driver, string>> = {
  history: 'You have not chosen it yet',
  demographics: 'It is not favoured by people like you more than by others',
  affinity: 'Nothing that you chose leads to it',
  season: 'It is not in season more than at other times',
  discount: 'It is not on offer',
  popularity: 'Few buy it at present',
  content: 'It is neither new nor like what you chose',
}
