import { mayBeChance } from './figures/chance.ts'

/** A difference within so many standard deviations is taken for chance. */
const DEVIATIONS = 1.75
/** Purchases as expected that are added to what a group bought. */
const PRIOR = 10

/**
 * How many times what is expected of it a group bought: 1 where that may be chance, else
 * `(bought + 10) / (expected + 10)`.
 */
export const lift = (bought: number, expected: number): number =>
  mayBeChance(bought, expected, DEVIATIONS) ? 1 : (bought + PRIOR) / (expected + PRIOR)
