import { LAST_BIN } from '../bins/bin-table.ts'
import { histogramStart, histogramsAt } from './histograms.ts'
import { HESSIAN_RANGE, PLACE, SCALE, type TrainingMemory } from './training-memory.ts'

/** Takes the best of the features' best splits: of equal ones that of the lowest feature. False: none gains. */
export function chooseSplits(memory: TrainingMemory): boolean {
  const { settings, place } = memory
  const leaves = settings.shape === 'oblivious' ? 1 : 1 << (place[PLACE.level] ?? 0)
  let isAny = false
  for (let leaf = 0; leaf < leaves; leaf += 1) isAny = chooseSplit(memory, leaf) || isAny
  return isAny
}

function chooseSplit(memory: TrainingMemory, leaf: number): boolean {
  const { settings, featureCount, bestGains, bestBins, bestMissingRight } = memory
  const { splitFeatures, splitBins, splitMissingRight } = memory
  const cellOf = (feature: number) => (feature << (settings.depth - 1)) + leaf
  let best = 0
  let chosen = -1
  for (let feature = 0; feature < featureCount; feature += 1) {
    const gain = bestGains[cellOf(feature)] ?? 0
    if (gain > best) [best, chosen] = [gain, feature]
  }
  splitFeatures[leaf] = Math.max(chosen, 0)
  splitBins[leaf] = chosen < 0 ? LAST_BIN : (bestBins[cellOf(chosen)] ?? LAST_BIN)
  splitMissingRight[leaf] = chosen < 0 ? 0 : (bestMissingRight[cellOf(chosen)] ?? 0)
  return chosen >= 0
}

/**
 * Perfect trees: gives the children their parents' bounds, and where a monotone feature was asked, a bound between
 * them, so that no leaf below one can pass a leaf below the other.
 */
export function passBoundsOn(memory: TrainingMemory): void {
  const { lowest, highest, place, settings, splitFeatures } = memory
  for (let leaf = (1 << (place[PLACE.level] ?? 0)) - 1; leaf >= 0; leaf -= 1) {
    const [low, high] = [lowest[leaf] ?? 0, highest[leaf] ?? 0]
    const direction = settings.monotone[splitFeatures[leaf] ?? 0] ?? 0
    const middle = direction === 0 ? 0 : middleWeight(memory, leaf, low, high)
    lowest[2 * leaf] = direction < 0 ? middle : low
    highest[2 * leaf] = direction > 0 ? middle : high
    lowest[2 * leaf + 1] = direction > 0 ? middle : low
    highest[2 * leaf + 1] = direction < 0 ? middle : high
  }
}

/** Midway between the weights of the two children, in units of the coarse sums. */
function middleWeight(memory: TrainingMemory, leaf: number, low: number, high: number): number {
  const { splitFeatures, splitBins, splitMissingRight, valueBins, scales, settings, place } = memory
  const feature = splitFeatures[leaf] ?? 0
  const { now } = histogramsAt(memory, place[PLACE.level] ?? 0)
  const start = histogramStart(memory, feature, leaf)
  const sums = { left: 0, right: 0 }
  for (let bin = 0; bin <= (valueBins[feature] ?? 0); bin += 1) {
    const isRight = bin === 0 ? splitMissingRight[leaf] === 1 : bin > (splitBins[leaf] ?? 0)
    sums[isRight ? 'right' : 'left'] += now[start + bin] ?? 0
  }
  const weightOf = (sum: number): number => {
    const pull = Math.floor(sum / HESSIAN_RANGE)
    const divisor = sum - pull * HESSIAN_RANGE + settings.lambda * (scales[SCALE.hessian] ?? 1)
    return Math.min(Math.max(divisor > 0 ? pull / divisor : 0, low), high)
  }
  return (weightOf(sums.left) + weightOf(sums.right)) / 2
}

/** Of two siblings the one with fewer rows is built, the other is the parent less it. */
export function chooseBuilt(
  { isBuilt, leafCounts, partCount, settings }: TrainingMemory,
  leaves: number,
): void {
  const countOf = (leaf: number): number => {
    let count = 0
    for (let part = 0; part < partCount; part += 1) count += leafCounts[(part << settings.depth) + leaf] ?? 0
    return count
  }
  for (let leaf = 0; leaf < leaves; leaf += 2) {
    const isLeftBuilt = countOf(leaf) <= countOf(leaf + 1)
    isBuilt[leaf] = isLeftBuilt ? 1 : 0
    isBuilt[leaf + 1] = isLeftBuilt ? 0 : 1
  }
}
