const DIGIT_BITS = 16

/**
 * Rows in the order of integer columns, the most significant first; rows that are equal in all of them keep their
 * order. A stable radix sort: a pass over the rows for each column, two where it spans more than 2^16 numbers.
 */
export function radixOrder(length: number, columns: readonly Int32Array[]): Int32Array {
  let order = Int32Array.from({ length }, (_, row) => row)
  let spare = new Int32Array(length)
  for (const column of columns.toReversed()) {
    const [least, greatest] = rangeOf(column)
    for (let shift = 0; greatest - least >= 2 ** shift && shift < 32; shift += DIGIT_BITS) {
      pass(order, spare, { column, least, shift })
      ;[order, spare] = [spare, order]
    }
  }
  return order
}

type Digit = { readonly column: Int32Array; readonly least: number; readonly shift: number }

/** Writes rows to `to` by one digit of `column - least`. */
function pass(from: Int32Array, to: Int32Array, { column, least, shift }: Digit): void {
  const mask = 2 ** DIGIT_BITS - 1
  const starts = new Int32Array(mask + 2)
  for (let row = 0; row < column.length; row += 1) {
    const digit = (((column[row] ?? 0) - least) >>> shift) & mask
    starts[digit + 1] = (starts[digit + 1] ?? 0) + 1
  }
  for (let digit = 1; digit < starts.length; digit += 1) {
    starts[digit] = (starts[digit] ?? 0) + (starts[digit - 1] ?? 0)
  }
  for (let place = 0; place < from.length; place += 1) {
    const row = from[place] ?? 0
    const digit = (((column[row] ?? 0) - least) >>> shift) & mask
    const target = starts[digit] ?? 0
    to[target] = row
    starts[digit] = target + 1
  }
}

function rangeOf(column: Int32Array): readonly [least: number, greatest: number] {
  let [least, greatest] = [column[0] ?? 0, column[0] ?? 0]
  for (const value of column) {
    if (value < least) least = value
    else if (value > greatest) greatest = value
  }
  return [least, greatest]
}
