import { nodesOf } from '../forest.ts'
import { isotoneOver } from './isotone.ts'
import { SCALE, type TrainingMemory } from './training-memory.ts'

/**
 * Writes the values of the tree's leaves, as float32.
 * @param features of the conditions by level, if they are the same for all nodes of a level
 */
export function fillLeafValues(memory: TrainingMemory, features: readonly number[]): void {
  const { settings, scales, leafValues } = memory
  const pulls = overParts(memory, memory.leafPulls)
  const hessians = overParts(memory, memory.leafHessians)
  const weights = pulls.map((pull, leaf) => {
    const divisor = (hessians[leaf] ?? 0) / (scales[SCALE.fineHessian] ?? 1) + settings.lambda
    return divisor > 0 ? pull / (scales[SCALE.finePull] ?? 1) / divisor : 0
  })
  if (settings.shape === 'perfect') clampToBounds(memory, weights)
  else {
    const directions = features.map((feature) => settings.monotone[feature] ?? 0)
    isotoneOver(weights, hessians, directions)
  }
  weights.forEach((weight, leaf) => {
    leafValues[leaf] = weight * settings.learningRate
  })
}

/** The mean leaf of the training rows that reach each inner node, root first; of none: of both children alike. */
export function expectationsOf(memory: TrainingMemory): Float32Array {
  const { settings, leafValues } = memory
  const nodes = nodesOf(settings.depth)
  const rows = new Float64Array(nodes + leafValues.length)
  const means = new Float64Array(nodes + leafValues.length)
  rows.set(overParts(memory, memory.leafRows), nodes)
  means.set(leafValues, nodes)
  for (let node = nodes - 1; node >= 0; node -= 1) {
    const [left, right] = [2 * node + 1, 2 * node + 2]
    const [leftRows, rightRows] = [rows[left] ?? 0, rows[right] ?? 0]
    const all = leftRows + rightRows
    const share = all === 0 ? 0.5 : leftRows / all
    rows[node] = all
    means[node] = share * (means[left] ?? 0) + (1 - share) * (means[right] ?? 0)
  }
  return Float32Array.from(means.subarray(0, nodes))
}

/** Bounds are kept in units of the coarse sums. */
function clampToBounds({ scales, lowest, highest }: TrainingMemory, weights: Float64Array): void {
  const unit = (scales[SCALE.hessian] ?? 1) / (scales[SCALE.pull] ?? 1)
  weights.forEach((weight, leaf) => {
    weights[leaf] = Math.min(Math.max(weight, (lowest[leaf] ?? 0) * unit), (highest[leaf] ?? 0) * unit)
  })
}

/** One number a leaf: sums of integers, so the parts' order does not matter. */
function overParts({ partCount, settings }: TrainingMemory, parts: Float64Array): Float64Array {
  const leaves = 1 << settings.depth
  const sums = parts.slice(0, leaves)
  for (let cell = leaves; cell < partCount * leaves; cell += 1) {
    sums[cell % leaves] = (sums[cell % leaves] ?? 0) + (parts[cell] ?? 0)
  }
  return sums
}
