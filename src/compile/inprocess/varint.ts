/**
 * Integers of varying length in one growing buffer: seven bits a byte, low ones first. Signed integers spend
 * one bit of their first byte on the sign; "negative zero" stands for null.
 */
export class VarintWriter {
  #bytes: Buffer
  #length = 0

  constructor(initialBytes = 65_536) {
    this.#bytes = Buffer.allocUnsafeSlow(initialBytes)
  }

  /** An integer of 0..2^53 - 1. */
  unsigned(value: number): void {
    if (this.#length + 9 > this.#bytes.length) this.#grow()
    let rest = value
    while (rest >= 0x80000000) {
      this.#bytes[this.#length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.#bytes[this.#length++] = rest
  }

  /** An integer of +-(2^53 - 1), or NaN for null. */
  signed(value: number): void {
    if (this.#length + 9 > this.#bytes.length) this.#grow()
    if (Number.isNaN(value)) {
      this.#bytes[this.#length++] = SIGN
      return
    }
    const magnitude = Math.abs(value)
    const first = (magnitude % 64) | (value < 0 ? SIGN : 0)
    if (magnitude < 64) {
      this.#bytes[this.#length++] = first
      return
    }
    this.#bytes[this.#length++] = first | MORE
    this.unsigned(Math.floor(magnitude / 64))
  }

  /** What was written since the last call; valid for as long as it is held. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length)
    this.#bytes = this.#bytes.subarray(this.#length)
    this.#length = 0
    if (this.#bytes.length < 1024) this.#bytes = Buffer.allocUnsafeSlow(65_536)
    return taken
  }

  #grow(): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(65_536, this.#length * 2 + 16))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}

const MORE = 0x80
const SIGN = 0x40

/** Reads what a `VarintWriter` wrote, in the same order. */
export class VarintReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  /** @throws RangeError if the bytes end before the integer does */
  unsigned(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#next()
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }

  /** NaN for null. @throws RangeError */
  signed(): number {
    const first = this.#next()
    if (first === SIGN) return Number.NaN
    const magnitude = (first & 63) + ((first & MORE) === 0 ? 0 : 64 * this.unsigned())
    return (first & SIGN) === 0 ? magnitude : -magnitude
  }

  #next(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new RangeError('integers end too early')
    return byte
  }
}
