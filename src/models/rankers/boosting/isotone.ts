const SWEEPS = 20

/**
 * Changes the values of the leaves of an oblivious tree so that they never fall from a leaf to the one that differs
 * from it in one condition only, where that condition's direction is +1, and never rise where it is -1. First, leaves
 * that are the wrong way round get their common mean by weight; what is still wrong after a few sweeps is taken to
 * the middle between the least values from above and the greatest from below that are in order, exactly.
 * @param directions by condition, the first one is the highest bit of a leaf's number
 */
export function isotoneOver(
  values: Float64Array,
  weights: Float64Array,
  directions: readonly number[],
): void {
  const steps = directions.flatMap((direction, level) =>
    direction === 0 ? [] : [{ bit: 1 << (directions.length - 1 - level), direction }],
  )
  if (steps.length === 0) return
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const { bit, direction } of steps) poolPairs(values, weights, bit, direction)
  }
  const raised = values.slice()
  const lowered = values.slice()
  for (const { bit, direction } of steps) {
    for (const [low, high] of pairsOf(values.length, bit, direction)) {
      raised[high] = Math.max(raised[high] ?? 0, raised[low] ?? 0)
      lowered[low] = Math.min(lowered[low] ?? 0, lowered[high] ?? 0)
    }
  }
  values.forEach((_, leaf) => {
    values[leaf] = ((raised[leaf] ?? 0) + (lowered[leaf] ?? 0)) / 2
  })
}

function poolPairs(values: Float64Array, weights: Float64Array, bit: number, direction: number): void {
  for (const [low, high] of pairsOf(values.length, bit, direction)) {
    const [below, above] = [values[low] ?? 0, values[high] ?? 0]
    if (below <= above) continue
    const [weightBelow, weightAbove] = [weights[low] ?? 0, weights[high] ?? 0]
    const weight = weightBelow + weightAbove
    const mean = weight > 0 ? (below * weightBelow + above * weightAbove) / weight : (below + above) / 2
    values[low] = mean
    values[high] = mean
  }
}

/** Leaves that differ in one bit only: the one that must not be the greater first. */
function pairsOf(size: number, bit: number, direction: number): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = []
  for (let leaf = 0; leaf < size; leaf += 1) {
    if ((leaf & bit) === 0) pairs.push(direction > 0 ? [leaf, leaf | bit] : [leaf | bit, leaf])
  }
  return pairs
}
