import { BIN_COUNT } from '../bins/bin-table.ts'
import { PLACE, type TrainingMemory } from './training-memory.ts'

export type Range = { readonly from: number; readonly to: number }

/** Where a part's share of `size` things begins and ends. */
export const rangeOf = (size: number, part: number, partCount: number): Range => ({
  from: Math.floor((size * part) / partCount),
  to: Math.floor((size * (part + 1)) / partCount),
})

/** Histograms of this level in `now`, of the level above in `above`. */
export function histogramsAt({ histograms }: TrainingMemory, level: number) {
  const [even, odd] = histograms
  return level % 2 === 0 ? { now: even, above: odd } : { now: odd, above: even }
}

/** The first cell of a feature's histogram in a leaf. */
export const histogramStart = (
  { settings }: Pick<TrainingMemory, 'settings'>,
  feature: number,
  leaf: number,
): number => ((feature << (settings.depth - 1)) + leaf) * BIN_COUNT

/** Fills the histograms of four features in all leaves of the level. */
export function buildQuad(memory: TrainingMemory, quad: number): void {
  const level = memory.place[PLACE.level] ?? 0
  const { now } = histogramsAt(memory, level)
  const leaves = 1 << level
  const starts = [0, 1, 2, 3].map((lane) => histogramStart(memory, quad * 4 + lane, 0))
  for (const start of starts) now.fill(0, start, start + leaves * BIN_COUNT)
  for (let part = 0; part < memory.partCount; part += 1) {
    const { from } = rangeOf(memory.rowCount, part, memory.partCount)
    addRows(memory, now, quad, { from, to: from + (memory.builtCounts[part] ?? 0) })
  }
  if (level > 0) for (let lane = 0; lane < 4; lane += 1) subtractSiblings(memory, quad * 4 + lane, level)
}

/** The hot loop: one read gives four bins, and the four sums do not wait for each other. */
function addRows(memory: TrainingMemory, sums: Float64Array, quad: number, { from, to }: Range): void {
  const { builtRows, builtSlots, builtPacked, quads, rowCount } = memory
  const words = quads.subarray(quad * rowCount, (quad + 1) * rowCount)
  const start = histogramStart(memory, quad * 4, 0)
  const step = histogramStart(memory, 1, 0)
  for (let index = from; index < to; index += 1) {
    const four = words[builtRows[index] ?? 0] ?? 0
    const added = builtPacked[index] ?? 0
    const first = start + (builtSlots[index] ?? 0)
    const cell0 = first + (four & 127)
    const cell1 = first + step + ((four >>> 8) & 127)
    const cell2 = first + 2 * step + ((four >>> 16) & 127)
    const cell3 = first + 3 * step + (four >>> 24)
    sums[cell0] = (sums[cell0] ?? 0) + added
    sums[cell1] = (sums[cell1] ?? 0) + added
    sums[cell2] = (sums[cell2] ?? 0) + added
    sums[cell3] = (sums[cell3] ?? 0) + added
  }
}

function subtractSiblings(memory: TrainingMemory, feature: number, level: number): void {
  const { now, above } = histogramsAt(memory, level)
  const cells = (memory.valueBins[feature] ?? 0) + 1
  for (let leaf = 0; leaf < 1 << level; leaf += 1) {
    if (memory.isBuilt[leaf] === 1) continue
    const target = histogramStart(memory, feature, leaf)
    const sibling = histogramStart(memory, feature, leaf ^ 1)
    const parent = histogramStart(memory, feature, leaf >> 1)
    for (let bin = 0; bin < cells; bin += 1) {
      now[target + bin] = (above[parent + bin] ?? 0) - (now[sibling + bin] ?? 0)
    }
  }
}
