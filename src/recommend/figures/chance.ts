/** A shopper who buys of something buys it again, so purchases come in clumps: their variance is this times their number. */
const CLUMP = 3
/** Whether so many purchases may be seen by chance where so many are expected: they lie within the standard deviations. */
export const mayBeChance = (seen: number, expected: number, deviations: number): boolean =>
  Math.abs(seen - expected) < deviations * Math.sqrt(CLUMP * expected)
