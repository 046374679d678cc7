import type { Feature } from './features/feature.ts'
import { writeFeatures } from './features/features.ts'

/** Rows of features as they are gathered: row-major, growing. */
export class FeatureRows {
  private readonly features: readonly Feature[]
  private values: Float32Array
  private size = 0

  constructor(features: readonly Feature[], expectedRows = 1024) {
    this.features = features
    this.values = new Float32Array(expectedRows * features.length)
  }

  get rowCount(): number {
    return this.size
  }

  add(inputs: Parameters<Feature['of']>[0]): void {
    const width = this.features.length
    if ((this.size + 1) * width > this.values.length) {
      const larger = new Float32Array(Math.ceil(this.values.length * 1.5) + width)
      larger.set(this.values)
      this.values = larger
    }
    writeFeatures(this.features, inputs, this.values, this.size * width)
    this.size += 1
  }

  /** Forgets the rows, keeps the memory. */
  clear(): void {
    this.size = 0
  }

  /** Column after column: feature `f` of row `r` is at `f * rowCount + r`. */
  toColumns(): Float32Array {
    const width = this.features.length
    const columns = new Float32Array(this.size * width)
    for (let row = 0; row < this.size; row += 1) {
      for (let column = 0; column < width; column += 1) {
        columns[column * this.size + row] = this.values[row * width + column] ?? Number.NaN
      }
    }
    return columns
  }
}
