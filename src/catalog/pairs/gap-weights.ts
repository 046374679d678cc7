/** How far a past or future step still counts, in thousandths. @source ALGORITHMS, section 1 */
const PAST_DECAY = 4
const FUTURE_DECAY = 1.5
/** Weights below this many thousandths are dropped. */
const LEAST_WEIGHT = 20
/** Steps from the later position to the last prefix with a future, beyond which the weight no longer grows. */
const MAX_REST = 15

const decayTable = (decay: number): readonly number[] => {
  const table: number[] = []
  for (let gap = 0; ; gap += 1) {
    const weight = Math.round(1000 * Math.exp(-gap / decay))
    if (weight < LEAST_WEIGHT) return table
    table.push(weight)
  }
}

export const PAST_WEIGHTS = decayTable(PAST_DECAY)
export const FUTURE_WEIGHTS = decayTable(FUTURE_DECAY)
const past = (gap: number): number => PAST_WEIGHTS[gap] ?? 0
const future = (gap: number): number => FUTURE_WEIGHTS[gap] ?? 0

/** `k[g] = sum over t < g of w_p[t] w_f[g - 1 - t]`: what a gap of g adds to "X, then Y". Millionths. */
export const SUCCESSION_BY_GAP: readonly number[] = Object.freeze(
  Array.from({ length: PAST_WEIGHTS.length + FUTURE_WEIGHTS.length }, (_, gap) => {
    let sum = 0
    for (let t = 0; t < gap; t += 1) sum += past(t) * future(gap - 1 - t)
    return sum
  }),
)

/** `p[g][r] = sum over t <= r of w_p[t + g] w_p[t]`: what two positions add to "both in the past". Millionths. */
export const PAST_BY_GAP_AND_REST: readonly (readonly number[])[] = Object.freeze(
  PAST_WEIGHTS.map((_, gap) =>
    Object.freeze(
      Array.from({ length: MAX_REST + 1 }, (_unused, rest) => {
        let sum = 0
        for (let t = 0; t <= rest; t += 1) sum += past(t + gap) * past(t)
        return sum
      }),
    ),
  ),
)
