/** A shopper who buys of something buys it again, so purchases come in clumps: their variance is this times their number. */
const CLUMP = 3
/** A difference of fewer standard deviations is taken for chance. */
const LEAST_DEVIATIONS = 2
/** Purchases as expected that are added to what a group bought. */
const PRIOR = 10

/**
 * How many times what is expected of it a group bought: 1 where that may be chance, else
 * `(bought + 10) / (expected + 10)`.
 */
export function lift(bought: number, expected: number): number {
  if (Math.abs(bought - expected) < LEAST_DEVIATIONS * Math.sqrt(CLUMP * expected)) return 1
  return (bought + PRIOR) / (expected + PRIOR)
}
