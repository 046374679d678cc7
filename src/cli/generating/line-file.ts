import { closeSync, openSync, renameSync, writeFileSync } from 'node:fs'

const BLOCK_BYTES = 1 << 18
/** UTF-8 needs at most so many bytes for a unit of a string. */
const MOST_BYTES_A_UNIT = 3
const NEWLINE = 10

/** A file of lines that appears under its name only when it is whole. */
export class LineFile {
  readonly #path: string
  readonly #file: number
  readonly #block = Buffer.allocUnsafe(BLOCK_BYTES)
  #filledBytes = 0

  constructor(path: string) {
    this.#path = path
    this.#file = openSync(`${path}.part`, 'w')
  }

  write(line: string): void {
    const mostBytes = MOST_BYTES_A_UNIT * line.length + 1
    if (this.#filledBytes + mostBytes > BLOCK_BYTES) this.#flush()
    if (mostBytes > BLOCK_BYTES) {
      writeFileSync(this.#file, `${line}\n`)
      return
    }
    this.#filledBytes += this.#block.write(line, this.#filledBytes)
    this.#block[this.#filledBytes] = NEWLINE
    this.#filledBytes += 1
  }

  finish(): void {
    this.#flush()
    closeSync(this.#file)
    renameSync(`${this.#path}.part`, this.#path)
  }

  #flush(): void {
    if (this.#filledBytes > 0) writeFileSync(this.#file, this.#block.subarray(0, this.#filledBytes))
    this.#filledBytes = 0
  }
}
