import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { LOG_COLUMNS, type LoggedRecord, type Source } from '../../../algebra/source.ts'
import { isEntitySource } from '../../online/entities.ts'

/** Column of the lake that holds a version of an entity as it was logged, JSON; events do not have it. */
export const RECORD_COLUMN = 'record'

/** Characters gathered before they are written. */
const BLOCK_CHARACTERS = 1 << 20

/** A file of records of one source, a JSON object a line, for DuckDB to read. */
export class RecordLines {
  readonly path: string
  readonly source: Source
  readonly #descriptor: number
  readonly #keepsRecord: boolean
  #block = ''
  #count = 0

  constructor(path: string, source: Source) {
    mkdirSync(dirname(path), { recursive: true })
    this.path = path
    this.source = source
    this.#keepsRecord = isEntitySource(source)
    this.#descriptor = openSync(path, 'w')
  }

  get count(): number {
    return this.#count
  }

  add({ value, partition, offset, loggedAt }: LoggedRecord): void {
    const text = JSON.stringify(value)
    const record = this.#keepsRecord ? `,"${RECORD_COLUMN}":${JSON.stringify(text)}` : ''
    // A contract has at least one required field, so there is a member to put a comma after.
    this.#block += `${text.slice(0, -1)},"${LOG_COLUMNS.partition}":${partition},"${LOG_COLUMNS.offset}":${offset},"${LOG_COLUMNS.loggedAt}":${loggedAt}${record}}\n`
    this.#count += 1
    if (this.#block.length >= BLOCK_CHARACTERS) this.#write()
  }

  close(): void {
    try {
      this.#write()
    } finally {
      closeSync(this.#descriptor)
    }
  }

  #write(): void {
    const bytes = Buffer.from(this.#block)
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written)
    this.#block = ''
  }
}
