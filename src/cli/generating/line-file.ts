import { closeSync, openSync, renameSync, writeFileSync } from 'node:fs'

/** Characters gathered before they are written. */
const BLOCK_CHARACTERS = 1 << 18

/** A file of lines that appears under its name only when it is whole. */
export class LineFile {
  readonly #path: string
  readonly #file: number
  #block = ''
  #lines = 0

  constructor(path: string) {
    this.#path = path
    this.#file = openSync(`${path}.part`, 'w')
  }

  write(line: string): void {
    this.#block += `${line}\n`
    this.#lines += 1
    if (this.#block.length < BLOCK_CHARACTERS) return
    writeFileSync(this.#file, this.#block)
    this.#block = ''
  }

  /** @returns how many lines were written */
  finish(): number {
    writeFileSync(this.#file, this.#block)
    closeSync(this.#file)
    renameSync(`${this.#path}.part`, this.#path)
    return this.#lines
  }
}
