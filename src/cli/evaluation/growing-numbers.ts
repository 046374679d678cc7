/** A column of 32-bit integers that grows. */
export class GrowingNumbers {
  private numbers = new Int32Array(1024)
  private size = 0

  push(value: number): void {
    if (this.size === this.numbers.length) {
      const larger = new Int32Array(2 * this.size)
      larger.set(this.numbers)
      this.numbers = larger
    }
    this.numbers[this.size++] = value
  }

  toArray(): Int32Array {
    return this.numbers.slice(0, this.size)
  }
}
