import type { Random } from '../../core/random.ts'
import { BIN_COUNT, type BinTable, emptyBinTable } from './bins/bin-table.ts'
import { conditionsOf, type Forest, nodesOf } from './forest.ts'

export type ForestSize = Pick<Forest, 'shape' | 'depth' | 'featureCount' | 'treeCount'>

/** A forest that was not learnt, for tests and benchmarks: any condition, any leaf. */
export function randomForest(random: Random, size: ForestSize): Forest {
  const conditions = size.treeCount * conditionsOf(size)
  return {
    ...size,
    base: Math.fround(random.next() - 0.5),
    features: Int32Array.from({ length: conditions }, () => random.below(size.featureCount)),
    bins: Uint8Array.from({ length: conditions }, () => random.below(BIN_COUNT)),
    missingRight: Uint8Array.from({ length: conditions }, () => random.below(2)),
    leaves: Float32Array.from({ length: size.treeCount << size.depth }, () => random.next() - 0.5),
    expectations: Float32Array.from(
      { length: size.treeCount * nodesOf(size.depth) },
      () => random.next() - 0.5,
    ),
  }
}

/** Rows of any bins, one in eight of them missing. */
export function randomBins(random: Random, rowCount: number, featureCount: number): BinTable {
  const table = emptyBinTable(rowCount, featureCount)
  for (let cell = 0; cell < table.bins.length; cell += 1) {
    table.bins[cell] = random.below(8) === 0 ? 0 : random.below(BIN_COUNT)
  }
  return table
}
