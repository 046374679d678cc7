import type { SparseRows } from './sparse-rows.ts'

/** The distinct rows of a matrix, in the order of their first appearance, and who has each. */
export type EqualRows = {
  readonly distinct: SparseRows
  readonly groupOf: Int32Array
  /** Row numbers, ascending. */
  readonly members: (group: number) => Int32Array
}

/** Groups rows that have the same columns with the same bits. */
export function equalRows({ rowCount, columnCount, starts, columns, values }: SparseRows): EqualRows {
  const numbers = new Map<string, number>()
  const groupOf = new Int32Array(rowCount)
  const firsts: number[] = []
  const members: number[][] = []
  for (let row = 0; row < rowCount; row += 1) {
    const [from, to] = [starts[row] ?? 0, starts[row + 1] ?? 0]
    const name = bytesOf(columns.subarray(from, to)) + bytesOf(values.subarray(from, to))
    const known = numbers.get(name)
    const group = known ?? firsts.length
    groupOf[row] = group
    if (known === undefined) {
      numbers.set(name, group)
      firsts.push(row)
      members.push([row])
    } else members[group]?.push(row)
  }
  const lists = members.map((rows) => Int32Array.from(rows))
  const none = new Int32Array(0)
  return {
    distinct: selected({ rowCount, columnCount, starts, columns, values }, firsts),
    groupOf,
    members: (group) => lists[group] ?? none,
  }
}

const bytesOf = (cells: Int32Array | Float64Array): string =>
  Buffer.from(cells.buffer, cells.byteOffset, cells.byteLength).toString('latin1')

function selected({ columnCount, starts, columns, values }: SparseRows, rows: readonly number[]): SparseRows {
  const chosenStarts = new Int32Array(rows.length + 1)
  for (const [place, row] of rows.entries()) {
    chosenStarts[place + 1] = (chosenStarts[place] ?? 0) + (starts[row + 1] ?? 0) - (starts[row] ?? 0)
  }
  const size = chosenStarts[rows.length] ?? 0
  const chosen = { columns: new Int32Array(size), values: new Float64Array(size) }
  for (const [place, row] of rows.entries()) {
    chosen.columns.set(columns.subarray(starts[row], starts[row + 1]), chosenStarts[place])
    chosen.values.set(values.subarray(starts[row], starts[row + 1]), chosenStarts[place])
  }
  return { rowCount: rows.length, columnCount, starts: chosenStarts, ...chosen }
}
