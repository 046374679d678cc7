/**
 * Factors the symmetric matrix in place into `L L'`; row-major, `size` x `size`, only the lower triangle is
 * read and written. Always the same operations in the same order, so equal input gives equal bits.
 * @returns false, with the matrix half overwritten, if it is not positive definite
 */
export function choleskyInPlace(matrix: Float64Array, size: number): boolean {
  for (let row = 0; row < size; row += 1) {
    const rowStart = row * size
    for (let column = 0; column <= row; column += 1) {
      const columnStart = column * size
      let sum = matrix[rowStart + column] ?? 0
      for (let index = 0; index < column; index += 1) {
        sum -= (matrix[rowStart + index] as number) * (matrix[columnStart + index] as number)
      }
      if (column < row) matrix[rowStart + column] = sum / (matrix[columnStart + column] as number)
      else if (sum > 0) matrix[rowStart + row] = Math.sqrt(sum)
      else return false
    }
  }
  return true
}

/** Solves `L L' x = b` in place, with `L` as `choleskyInPlace` leaves it. */
export function choleskySolveInPlace(factor: Float64Array, size: number, b: Float64Array): void {
  for (let row = 0; row < size; row += 1) {
    let sum = b[row] as number
    for (let index = 0; index < row; index += 1) {
      sum -= (factor[row * size + index] as number) * (b[index] as number)
    }
    b[row] = sum / (factor[row * size + row] as number)
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = b[row] as number
    for (let index = row + 1; index < size; index += 1) {
      sum -= (factor[index * size + row] as number) * (b[index] as number)
    }
    b[row] = sum / (factor[row * size + row] as number)
  }
}
