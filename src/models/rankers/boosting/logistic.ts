import type { GroupGradients } from './pairwise.ts'
import type { TrainingMemory } from './training-memory.ts'

/** The label less the chance that the score says. */
export function logisticGradients(memory: TrainingMemory): GroupGradients {
  const { groups, labels, weights, scores, pulls, hessians } = memory
  const isWeighted = weights.length > 0
  return (group) => {
    const end = groups[group + 1] ?? 0
    for (let row = groups[group] ?? 0; row < end; row += 1) {
      const weight = isWeighted ? (weights[row] ?? 0) : 1
      const chance = 1 / (1 + Math.exp(-(scores[row] ?? 0)))
      pulls[row] = weight * ((labels[row] ?? 0) - chance)
      hessians[row] = weight * chance * (1 - chance)
    }
  }
}

/** The logarithm of the odds of all rows together, as a float32. */
export function logOdds(labels: Float32Array, weights: Float32Array | undefined): number {
  let ones = 0
  let all = 0
  labels.forEach((label, row) => {
    const weight = weights?.[row] ?? 1
    ones += weight * label
    all += weight
  })
  const share = all === 0 ? 0.5 : Math.min(Math.max(ones / all, 1e-6), 1 - 1e-6)
  return Math.fround(Math.log(share / (1 - share)))
}
