import { BIN_COUNT, LAST_BIN } from '../bins/bin-table.ts'
import { buildQuad, rangeOf } from './histograms.ts'
import { logisticGradients } from './logistic.ts'
import { pairwiseGradients } from './pairwise.ts'
import { rowHash } from './row-hash.ts'
import { splitSearch } from './split-search.ts'
import { HESSIAN_RANGE, PLACE, quadCountOf, SCALE, type TrainingMemory } from './training-memory.ts'

/** The steps of growing a tree; all parts finish one before any begins the next. */
export const PHASES = ['gradients', 'pack', 'search', 'route', 'gather', 'sumLeaves', 'add'] as const

export type Phase = (typeof PHASES)[number]

/** Does one part's share of a phase. */
export type TrainingPart = (phase: Phase) => void

/** Runs a phase in all parts and returns when all are done. */
export type Crew = { readonly run: (phase: Phase) => void }

/** All parts in this thread, one after the other. */
export function crewOfOne(memory: TrainingMemory): Crew {
  const parts = Array.from({ length: memory.partCount }, (_, part) => trainingPart(memory, part))
  return {
    run: (phase) => {
      for (const part of parts) part(phase)
    },
  }
}

export function trainingPart(memory: TrainingMemory, part: number): TrainingPart {
  const rows = rangeOf(memory.rowCount, part, memory.partCount)
  const groups = groupsOf(memory, part)
  const quads = rangeOf(quadCountOf(memory.featureCount), part, memory.partCount)
  const gradients =
    memory.settings.objective === 'logistic' ? logisticGradients(memory) : pairwiseGradients(memory)
  const search = splitSearch(memory)
  const share = { part, from: rows.from, to: rows.to }
  const steps: Record<Phase, () => void> = {
    gradients: () => {
      for (let group = groups.from; group < groups.to; group += 1) gradients(group)
    },
    pack: () => packRows(memory, share),
    search: () => {
      for (let quad = quads.from; quad < quads.to; quad += 1) {
        buildQuad(memory, quad)
        const end = Math.min(quad * 4 + 4, memory.featureCount)
        for (let feature = quad * 4; feature < end; feature += 1) search(feature)
      }
    },
    route: () => routeRows(memory, share),
    gather: () => gatherRows(memory, share),
    sumLeaves: () => sumLeaves(memory, share),
    add: () => addLeaves(memory, share),
  }
  return (phase) => steps[phase]()
}

type Share = { readonly part: number; readonly from: number; readonly to: number }

/** Whole groups, so that a part holds about its share of the rows. */
function groupsOf({ groups, rowCount, partCount }: TrainingMemory, part: number) {
  const groupAt = (row: number): number => {
    let [low, high] = [0, groups.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((groups[middle] ?? 0) < row) low = middle + 1
      else high = middle
    }
    return low
  }
  const { from, to } = rangeOf(rowCount, part, partCount)
  return { from: groupAt(from), to: part + 1 === partCount ? groups.length - 1 : groupAt(to) }
}

const isSampled = (hash: number, rowShare: number): boolean => hash < rowShare * 2 ** 32

/** Rounds pulls and hessians to integers, up or down by chance so that sums stay right, and starts at the root. */
function packRows(memory: TrainingMemory, { part, from, to }: Share): void {
  const { settings, place, pulls, hessians, packed, leafOfRow, scales } = memory
  const { seed, rowShare } = settings
  const tree = place[PLACE.tree] ?? 0
  const pullScale = scales[SCALE.pull] ?? 0
  const hessianScale = scales[SCALE.hessian] ?? 0
  leafOfRow.fill(0, from, to)
  for (let row = from; row < to; row += 1) {
    const hessian = hessians[row] ?? 0
    packed[row] = 0
    if (hessian === 0 || !isSampled(rowHash(seed, tree, row), rowShare)) continue
    const chance = rowHash(~seed, tree, row)
    const pull = Math.floor((pulls[row] ?? 0) * pullScale + (chance & 0xffff) / 0x10000)
    packed[row] = pull * HESSIAN_RANGE + Math.floor(hessian * hessianScale + (chance >>> 16) / 0x10000)
  }
  gatherRows(memory, { part, from, to })
}

/** Lists the rows of the leaves that are built, in their order, with what the histograms need of them. */
function gatherRows(memory: TrainingMemory, { part, from, to }: Share): void {
  const { packed, leafOfRow, isBuilt, builtRows, builtSlots, builtPacked, builtCounts } = memory
  let end = from
  for (let row = from; row < to; row += 1) {
    const sum = packed[row] ?? 0
    const leaf = leafOfRow[row] ?? 0
    // Written even if the next row takes its place: half of the rows stay, so a branch would be a coin toss.
    builtRows[end] = row
    builtSlots[end] = leaf * BIN_COUNT
    builtPacked[end] = sum
    end += sum === 0 ? 0 : (isBuilt[leaf] ?? 0)
  }
  builtCounts[part] = end - from
}

/** Takes every row to its child by the split that was chosen for its leaf, and counts them. */
function routeRows(memory: TrainingMemory, share: Share): void {
  const { settings, leafCounts } = memory
  const first = share.part << settings.depth
  const counts = leafCounts.subarray(first, first + (1 << settings.depth)).fill(0)
  if (settings.shape === 'oblivious') routeByOneSplit(memory, share, counts)
  else routeBySplits(memory, share, counts)
}

function routeByOneSplit(memory: TrainingMemory, { from, to }: Share, counts: Int32Array): void {
  const { quads, rowCount, leafOfRow, splitFeatures, splitBins, splitMissingRight } = memory
  const feature = splitFeatures[0] ?? 0
  const words = quads.subarray((feature >> 2) * rowCount, ((feature >> 2) + 1) * rowCount)
  const shift = (feature & 3) * 8
  const sideOfBin = sidesOf(splitBins[0] ?? 0, splitMissingRight[0] === 1 ? LAST_BIN : 0)
  for (let row = from; row < to; row += 1) {
    const side = sideOfBin[((words[row] ?? 0) >>> shift) & LAST_BIN] ?? 0
    const child = (leafOfRow[row] ?? 0) * 2 + side
    leafOfRow[row] = child
    counts[child] = (counts[child] ?? 0) + 1
  }
}

/** By bin: 1 to the right. */
const sidesOf = (threshold: number, missingBin: number): Uint8Array =>
  Uint8Array.from({ length: BIN_COUNT }, (_, bin) => ((bin === 0 ? missingBin : bin) > threshold ? 1 : 0))

function routeBySplits(memory: TrainingMemory, { from, to }: Share, counts: Int32Array): void {
  const { quads, rowCount, leafOfRow, splitFeatures, splitBins, splitMissingRight } = memory
  for (let row = from; row < to; row += 1) {
    const leaf = leafOfRow[row] ?? 0
    const feature = splitFeatures[leaf] ?? 0
    const bin = ((quads[(feature >> 2) * rowCount + row] ?? 0) >>> ((feature & 3) * 8)) & 127
    const missingBin = splitMissingRight[leaf] === 1 ? LAST_BIN : 0
    const isRight = (bin === 0 ? missingBin : bin) > (splitBins[leaf] ?? 0)
    const child = leaf * 2 + (isRight ? 1 : 0)
    leafOfRow[row] = child
    counts[child] = (counts[child] ?? 0) + 1
  }
}

/** Sums of fine integers: exact, so their order does not matter. */
function sumLeaves(memory: TrainingMemory, { part, from, to }: Share): void {
  const { settings, place, pulls, hessians, packed, scales, leafOfRow } = memory
  const { leafPulls, leafHessians, leafRows } = memory
  const first = part << settings.depth
  for (const sums of [leafPulls, leafHessians, leafRows]) sums.fill(0, first, first + (1 << settings.depth))
  const tree = place[PLACE.tree] ?? 0
  const pullScale = scales[SCALE.finePull] ?? 0
  const hessianScale = scales[SCALE.fineHessian] ?? 0
  for (let row = from; row < to; row += 1) {
    const cell = first + (leafOfRow[row] ?? 0)
    leafRows[cell] = (leafRows[cell] ?? 0) + 1
    const hessian = hessians[row] ?? 0
    const isZero = packed[row] === 0
    if (isZero && (hessian === 0 || !isSampled(rowHash(settings.seed, tree, row), settings.rowShare)))
      continue
    leafPulls[cell] = (leafPulls[cell] ?? 0) + Math.round((pulls[row] ?? 0) * pullScale)
    leafHessians[cell] = (leafHessians[cell] ?? 0) + Math.round(hessian * hessianScale)
  }
}

function addLeaves({ scores, leafOfRow, leafValues }: TrainingMemory, { from, to }: Share): void {
  for (let row = from; row < to; row += 1) {
    scores[row] = (scores[row] ?? 0) + (leafValues[leafOfRow[row] ?? 0] ?? 0)
  }
}
