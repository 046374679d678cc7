import type { BinTable } from '../bins/bin-table.ts'

/** What is learnt from, or measured on. */
export type RankingRows = {
  readonly table: BinTable
  /** Group g is the rows [groups[g], groups[g + 1]); from 0 to the number of rows, ascending. */
  readonly groups: Int32Array
  /** Relevance by row, >= 0; 0 or 1 for the objective `logistic`. */
  readonly labels: Float32Array
  /** By row, >= 0; absent: 1. In a pair the weight of the better row counts. */
  readonly weights?: Float32Array
}

/** @throws Error unless the parts fit together */
export function checkRows({ table, groups, labels, weights }: RankingRows): void {
  const { rowCount, featureCount, stride, bins } = table
  const isAscending = groups.every((start, index) => index === 0 || start >= (groups[index - 1] ?? 0))
  if (stride % 4 !== 0 || stride < rowCount || bins.length < stride * featureCount) {
    throw new Error('bug: the bin table is smaller than it says')
  }
  if (groups[0] !== 0 || groups.at(-1) !== rowCount || !isAscending) {
    throw new Error('bug: the groups do not cover the rows')
  }
  if (labels.length !== rowCount || (weights !== undefined && weights.length !== rowCount)) {
    throw new Error('bug: there is not one label and one weight a row')
  }
}
