import { LAST_BIN } from '../bins/bin-table.ts'
import { conditionAt, conditionsOf } from '../forest.ts'
import { chooseBuilt, chooseSplits, passBoundsOn } from './choose-splits.ts'
import { expectationsOf, fillLeafValues } from './leaf-values.ts'
import { HESSIAN_RANGE, PLACE, SCALE, type TrainingMemory } from './training-memory.ts'
import type { Crew } from './training-part.ts'

/** One tree; see Forest. */
export type Tree = {
  readonly features: Int32Array
  readonly bins: Uint8Array
  readonly missingRight: Uint8Array
  readonly leaves: Float32Array
  readonly expectations: Float32Array
}

/** Grows the next tree from the scores so far and adds it to them; null if nothing is left to learn. */
export function growTree(memory: TrainingMemory, crew: Crew, number: number): Tree | null {
  const { settings, place, isBuilt, lowest, highest } = memory
  place[PLACE.tree] = number
  place[PLACE.level] = 0
  crew.run('gradients')
  if (!setScales(memory)) return null
  isBuilt.fill(0)
  isBuilt[0] = 1
  lowest.fill(Number.NEGATIVE_INFINITY)
  highest.fill(Number.POSITIVE_INFINITY)
  crew.run('pack')
  const conditions = emptyConditions(memory)
  for (let level = 0; level < settings.depth; level += 1) {
    place[PLACE.level] = level
    crew.run('search')
    const isSplit = chooseSplits(memory)
    if (level === 0 && !isSplit) return null
    noteSplits(memory, conditions, level)
    if (settings.shape === 'perfect') passBoundsOn(memory)
    crew.run('route')
    if (level + 1 === settings.depth) break
    chooseBuilt(memory, 2 << level)
    crew.run('gather')
  }
  crew.run('sumLeaves')
  fillLeafValues(memory, [...conditions.features.subarray(0, settings.depth)])
  crew.run('add')
  return { ...conditions, leaves: memory.leafValues.slice(), expectations: expectationsOf(memory) }
}

type Conditions = Pick<Tree, 'features' | 'bins' | 'missingRight'>

function emptyConditions({ settings }: TrainingMemory): Conditions {
  const size = conditionsOf(settings)
  return {
    features: new Int32Array(size),
    bins: new Uint8Array(size).fill(LAST_BIN),
    missingRight: new Uint8Array(size),
  }
}

function noteSplits(memory: TrainingMemory, conditions: Conditions, level: number): void {
  const { settings, splitFeatures, splitBins, splitMissingRight } = memory
  const count = settings.shape === 'oblivious' ? 1 : 1 << level
  for (let leaf = 0; leaf < count; leaf += 1) {
    const condition = conditionAt(settings.shape, level, leaf)
    conditions.features[condition] = splitFeatures[leaf] ?? 0
    conditions.bins[condition] = splitBins[leaf] ?? LAST_BIN
    conditions.missingRight[condition] = splitMissingRight[leaf] ?? 0
  }
}

/**
 * So many integers a unit that the sum over all rows, each rounded up, stays in range: any cell of any histogram is
 * then exact. False if all pulls or hessians are 0.
 */
function setScales({ pulls, hessians, scales, rowCount, settings }: TrainingMemory): boolean {
  let pullSum = 0
  let hessianSum = 0
  let count = 0
  for (let row = 0; row < rowCount; row += 1) {
    pullSum += Math.abs(pulls[row] ?? 0)
    hessianSum += hessians[row] ?? 0
    if (hessians[row] !== 0) count += 1
  }
  if (!(pullSum > 0 && hessianSum > 0)) return false
  const coarse = HESSIAN_RANGE - 1 - rowCount
  const fine = 2 ** 52 - rowCount
  scales[SCALE.pull] = coarse / pullSum
  scales[SCALE.hessian] = coarse / hessianSum
  scales[SCALE.finePull] = fine / pullSum
  scales[SCALE.fineHessian] = fine / hessianSum
  scales[SCALE.minChildHessian] = (settings.minChildRows * coarse) / count
  return true
}
