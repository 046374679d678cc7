/**
 * Inverts a symmetric positive definite matrix in place, dense and row-major; only the lower triangle is read and
 * written. One sweep a row, n^3 / 2 multiplications.
 * @throws Error if the matrix is not positive definite
 */
export function invertSymmetricInPlace(matrix: Float64Array, size: number): void {
  const pivotRow = new Float64Array(size)
  for (let pivot = 0; pivot < size; pivot += 1) {
    const diagonal = matrix[pivot * size + pivot] ?? 0
    if (!(diagonal > 0)) throw new Error(`bug: not positive definite at row ${pivot}`)
    for (let other = 0; other < size; other += 1) {
      pivotRow[other] = matrix[other < pivot ? pivot * size + other : other * size + pivot] as number
    }
    for (let row = 0; row < size; row += 1) {
      if (row === pivot) continue
      const factor = (pivotRow[row] as number) / diagonal
      if (factor === 0) continue
      // What has been swept has the other sign, in its column as well as in the pivot's row.
      const start = row * size
      for (let column = 0; column <= row; column += 1) {
        matrix[start + column] = (matrix[start + column] as number) - factor * (pivotRow[column] as number)
      }
    }
    for (let other = 0; other < size; other += 1) {
      const value = (pivotRow[other] as number) / diagonal
      matrix[other < pivot ? pivot * size + other : other * size + pivot] = value
    }
    matrix[pivot * size + pivot] = -1 / diagonal
  }
  for (let cell = 0; cell < matrix.length; cell += 1) matrix[cell] = -(matrix[cell] as number)
}
