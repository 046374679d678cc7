/** A shopper who buys of something buys it again, so purchases come in clumps: their variance is this times their number. */
const CLUMP = 3
/** A difference of fewer standard deviations is taken for chance. */
const LEAST_DEVIATIONS = 2

/** Whether so many purchases may be seen by chance where so many are expected. */
export const mayBeChance = (seen: number, expected: number): boolean =>
  Math.abs(seen - expected) < LEAST_DEVIATIONS * Math.sqrt(CLUMP * expected)
