import { BIN_COUNT } from '../bins/bin-table.ts'
import { histogramStart, histogramsAt } from './histograms.ts'
import { HESSIAN_RANGE, PLACE, SCALE, type TrainingMemory } from './training-memory.ts'

/** Finds the best splits of one feature at the level and writes them to `best...`. */
export type SplitSearch = (feature: number) => void

/** Gains of the thresholds 0 .. 127 with missing values to the left, then to the right. */
const GAIN_COUNT = 2 * BIN_COUNT

export function splitSearch(memory: TrainingMemory): SplitSearch {
  const gains = new Float64Array(GAIN_COUNT)
  const { place, settings } = memory
  return (feature) => {
    const level = place[PLACE.level] ?? 0
    const leaves = 1 << level
    const isOblivious = settings.shape === 'oblivious'
    gains.fill(0)
    for (let leaf = 0; leaf < leaves; leaf += 1) {
      addLeafGains(memory, { feature, leaf, level }, gains)
      if (isOblivious) continue
      writeBest(memory, feature, (feature << (settings.depth - 1)) + leaf, gains)
      gains.fill(0)
    }
    if (isOblivious) writeBest(memory, feature, feature << (settings.depth - 1), gains)
  }
}

/** The greatest gain; of equal ones the lowest threshold, with missing values to the left. */
function writeBest(memory: TrainingMemory, feature: number, cell: number, gains: Float64Array): void {
  const thresholds = memory.valueBins[feature] ?? 0
  let best = 0
  let place = -1
  for (let threshold = 0; threshold < thresholds; threshold += 1) {
    const left = gains[threshold] ?? 0
    const right = gains[BIN_COUNT + threshold] ?? 0
    if (left > best) [best, place] = [left, threshold]
    if (right > best) [best, place] = [right, BIN_COUNT + threshold]
  }
  memory.bestGains[cell] = best
  memory.bestBins[cell] = place < 0 ? BIN_COUNT - 1 : place % BIN_COUNT
  memory.bestMissingRight[cell] = place >= BIN_COUNT ? 1 : 0
}

type LeafPlace = { readonly feature: number; readonly leaf: number; readonly level: number }

/**
 * Adds what splitting this leaf at each threshold gains. Sums stay in their integer units: the gain is then one
 * constant times the real one, the same for all. A threshold that leaves a child too small, or turns a monotone
 * feature round, gains nothing here: the leaf counts as not split.
 */
function addLeafGains(
  memory: TrainingMemory,
  { feature, leaf, level }: LeafPlace,
  gains: Float64Array,
): void {
  const { now } = histogramsAt(memory, level)
  const start = histogramStart(memory, feature, leaf)
  const thresholds = memory.valueBins[feature] ?? 0
  let total = 0
  for (let bin = 0; bin <= thresholds; bin += 1) total += now[start + bin] ?? 0
  if (total === 0) return
  const scan = { ...scanSettings(memory, feature, leaf), total }
  scanLeaf(now, { start, thresholds, first: 0, to: 0 }, scan, gains)
  if (memory.hasMissing[feature] === 1) {
    scanLeaf(now, { start, thresholds, first: 1, to: BIN_COUNT }, scan, gains)
  }
}

type ScanPlace = {
  readonly start: number
  readonly thresholds: number
  /** The first bin that goes left: 0, or 1 if missing values go right. */
  readonly first: number
  /** Where the gains begin. */
  readonly to: number
}

type ScanSettings = {
  readonly total: number
  /** In units of the hessian sums. */
  readonly lambda: number
  readonly minHessian: number
  readonly direction: number
  readonly lowest: number
  readonly highest: number
}

function scanSettings(memory: TrainingMemory, feature: number, leaf: number): Omit<ScanSettings, 'total'> {
  const { scales, settings, lowest, highest } = memory
  return {
    lambda: settings.lambda * (scales[SCALE.hessian] ?? 1),
    minHessian: Math.max(scales[SCALE.minChildHessian] ?? 0, 1),
    direction: settings.monotone[feature] ?? 0,
    lowest: lowest[leaf] ?? Number.NEGATIVE_INFINITY,
    highest: highest[leaf] ?? Number.POSITIVE_INFINITY,
  }
}

function scanLeaf(
  sums: Float64Array,
  { start, thresholds, first, to }: ScanPlace,
  { total, lambda, minHessian, direction, lowest, highest }: ScanSettings,
  gains: Float64Array,
): void {
  const isBounded = lowest > Number.NEGATIVE_INFINITY || highest < Number.POSITIVE_INFINITY
  const pull = Math.floor(total / HESSIAN_RANGE)
  const hessian = total - pull * HESSIAN_RANGE
  const score = (p: number, h: number): number => {
    if (!isBounded) return (p * p) / (h + lambda)
    const weight = Math.min(Math.max(p / (h + lambda), lowest), highest)
    return weight * (2 * p - weight * (h + lambda))
  }
  const whole = score(pull, hessian)
  let left = 0
  for (let threshold = first; threshold < thresholds; threshold += 1) {
    left += sums[start + threshold] ?? 0
    const leftPull = Math.floor(left / HESSIAN_RANGE)
    const leftHessian = left - leftPull * HESSIAN_RANGE
    const rightHessian = hessian - leftHessian
    if (leftHessian < minHessian || rightHessian < minHessian) continue
    const rightPull = pull - leftPull
    if (
      direction !== 0 &&
      direction * (rightPull / (rightHessian + lambda) - leftPull / (leftHessian + lambda)) < 0
    ) {
      continue
    }
    const gain = score(leftPull, leftHessian) + score(rightPull, rightHessian) - whole
    gains[to + threshold] = (gains[to + threshold] ?? 0) + gain
  }
}
