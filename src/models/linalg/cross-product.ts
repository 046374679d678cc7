import { RowBuilder, type SparseRows, transposed } from './sparse-rows.ts'

/**
 * `left' x right`, row by row with one dense accumulator: memory is the result and one transposed copy. Exact for
 * whole numbers whose sums stay below 2^53.
 */
export function crossProduct(left: SparseRows, right: SparseRows): SparseRows {
  const byColumn = transposed(left)
  const builder = new RowBuilder(right.columnCount)
  for (let row = 0; row < byColumn.rowCount; row += 1) {
    const end = byColumn.starts[row + 1] ?? 0
    for (let at = byColumn.starts[row] ?? 0; at < end; at += 1) {
      const shared = byColumn.columns[at] ?? 0
      const factor = byColumn.values[at] ?? 0
      const last = right.starts[shared + 1] ?? 0
      for (let index = right.starts[shared] ?? 0; index < last; index += 1) {
        builder.add(right.columns[index] ?? 0, factor * (right.values[index] ?? 0))
      }
    }
    builder.endRow()
  }
  return builder.toRows(right.columnCount)
}
