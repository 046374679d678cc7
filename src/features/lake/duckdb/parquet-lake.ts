import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { LoggedRecord, Source } from '../../../algebra/source.ts'
import { duckdbSql } from '../../../compile/duckdb/duckdb-sql.ts'
import type { TableColumn } from '../../../compile/sql-compiler.ts'
import { EndcapError } from '../../../core/errors.ts'
import { hash8 } from '../../../core/hash.ts'
import { ERASED_TOPIC, type EventLog } from '../../../event-log/contract/event-log.ts'
import { type FolderLock, lockFolder } from '../../../event-log/data-folder/folder-lock.ts'
import { isEntitySource } from '../../online/entities.ts'
import { DuckDbSession } from './duckdb-session.ts'
import {
  flush,
  LAKE_FORMAT,
  type LakePart,
  partName,
  partsOf,
  REMAKE,
  readManifest,
  removeLeftovers,
  writeManifest,
} from './lake-folder.ts'
import { RECORD_COLUMN, RecordLines } from './record-lines.ts'
import { textLiteral } from './text-literal.ts'

export type LakeOptions = {
  /** Made if absent. */
  readonly folder: string
  readonly sources: readonly Source[]
}

/** Records that go into one file of a topic at most, over all topics; bounds what lies in the staging folder. */
const PART_RECORDS = 150_000
/** So many small files of a topic in a row become one, of this many log records at most. */
const MERGED_FILES = 16
const MERGED_RECORDS = 1_500_000
const STAGING = 'staging'

/**
 * History as Parquet, one folder a topic: a copy of the log up to a position, made from the log alone. Only
 * whole parts count; a run that dies leaves the lake as it was.
 */
export class ParquetLake {
  readonly #folder: string
  readonly #sources: readonly Source[]
  readonly #columnsHash: string
  readonly #lock: FolderLock
  #position: number

  private constructor({ folder, sources }: LakeOptions, lock: FolderLock) {
    this.#folder = folder
    this.#sources = sources
    this.#lock = lock
    this.#columnsHash = hash8(sources.map((source) => [source.name, lakeColumns(source)]))
    this.#position = this.#positionOnDisk()
  }

  /** @throws EndcapError FOLDER_IN_USE, CORRUPT, UNKNOWN_FORMAT */
  static open(options: LakeOptions): ParquetLake {
    const lock = lockFolder(options.folder)
    try {
      return new ParquetLake(options, lock)
    } catch (error) {
      lock.release()
      throw error
    }
  }

  /** Offset of the first log record that is not in the lake. */
  get position(): number {
    return this.#position
  }

  /**
   * Copies what the log has beyond the lake.
   * @param report is told how many records have been read so far
   * @returns how many records were copied
   * @throws EndcapError CORRUPT if the log is shorter than the lake; DATA_FOLDER if the disk fails
   */
  async follow(
    log: Pick<EventLog, 'position' | 'read'>,
    report?: (records: number) => void,
  ): Promise<number> {
    try {
      return await this.#copy(log, report)
    } catch (cause) {
      if (cause instanceof EndcapError || !(cause instanceof Error && 'syscall' in cause)) throw cause
      throw new EndcapError('DATA_FOLDER', `the lake could not be written: ${cause.message}`, {
        place: this.#folder,
        cause,
      })
    }
  }

  async #copy(log: Pick<EventLog, 'position' | 'read'>, report?: (records: number) => void): Promise<number> {
    if (log.position < this.#position) {
      throw new EndcapError('CORRUPT', `the lake has ${this.#position} records, the log ${log.position}`, {
        remedy: REMAKE,
      })
    }
    const from = this.#position
    let part = new Part(this.#staging, this.#sources, from)
    // One part is made Parquet while the next one is gathered.
    let publishing = Promise.resolve()
    try {
      for await (const records of log.read(from)) {
        for (const record of records) part.add(record)
        report?.(part.next - from)
        if (part.count < PART_RECORDS) continue
        await publishing
        publishing = this.#publish(part)
        // Awaited above or below; until then a failure is no unhandled one.
        publishing.catch(() => {})
        part = new Part(this.#staging, this.#sources, part.next)
      }
      await publishing
      if (part.count > 0) await this.#publish(part)
      await this.#compact()
    } finally {
      await publishing.catch(() => {})
      part.close()
      rmSync(this.#staging, { recursive: true, force: true })
    }
    return this.#position - from
  }

  /** Makes a view of each source in a session, named as the source: `duckdbSql.tableColumns`, and `record` of entities. */
  async attach(session: DuckDbSession): Promise<void> {
    for (const source of this.#sources) {
      const columns = lakeColumns(source)
      const files = partsOf(this.#folder, source.name, this.#position).map(({ path }) => path)
      const typed = columns.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${duckdbSql.quote(name)}`)
      const body =
        files.length === 0
          ? `SELECT ${typed.join(', ')} WHERE false`
          : `SELECT ${columns.map(({ name }) => duckdbSql.quote(name)).join(', ')} FROM read_parquet([${files.map(textLiteral).join(', ')}])`
      await session.run(`CREATE OR REPLACE VIEW ${duckdbSql.quote(source.name)} AS ${body}`)
    }
  }

  close(): void {
    this.#lock.release()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** Where what is computed from the lake may spill to; DuckDB makes it when needed, the next `follow` empties it. */
  get spillFolder(): string {
    // DuckDB makes the last folder of a path alone.
    mkdirSync(this.#staging, { recursive: true })
    return join(this.#staging, 'spill')
  }

  get #staging(): string {
    return join(this.#folder, STAGING)
  }

  /** A lake with other columns than the catalog's is emptied: `follow` makes it again. */
  #positionOnDisk(): number {
    const manifest = readManifest(this.#folder)
    if (manifest !== null && manifest.format !== LAKE_FORMAT) {
      throw new EndcapError('UNKNOWN_FORMAT', `the lake has format ${manifest.format}, not ${LAKE_FORMAT}`, {
        place: this.#folder,
        remedy: REMAKE,
      })
    }
    const position = manifest?.columnsHash === this.#columnsHash ? manifest.position : 0
    removeLeftovers(
      this.#folder,
      this.#sources.map(({ name }) => name),
      position,
    )
    return position
  }

  async #publish(part: Part): Promise<void> {
    part.close()
    using session = await DuckDbSession.open()
    for (const lines of part.files) {
      if (lines.count > 0) await this.#writeParquet(session, lines, partName(part.from, part.next))
    }
    // The files are whole and durable before the manifest counts them.
    writeManifest(this.#folder, {
      format: LAKE_FORMAT,
      columnsHash: this.#columnsHash,
      position: part.next,
    })
    this.#position = part.next
  }

  /**
   * Merges small files of a topic that follow one another, where there are many: each run of `follow` leaves one.
   * The merged file counts from the moment that it has its name, and those that it holds no longer.
   */
  async #compact(): Promise<void> {
    for (const { name } of this.#sources) {
      for (const parts of mergeable(partsOf(this.#folder, name, this.#position))) {
        const [first, last] = [parts[0], parts.at(-1)]
        if (first === undefined || last === undefined) continue
        using session = await DuckDbSession.open({ tempDir: this.spillFolder })
        const files = parts.map(({ path }) => textLiteral(path)).join(', ')
        const query = `SELECT * FROM read_parquet([${files}])`
        await this.#copyToParquet(session, query, join(this.#folder, name, partName(first.from, last.to)))
        for (const { path } of parts) rmSync(path)
      }
    }
  }

  async #writeParquet(session: DuckDbSession, { path, source }: RecordLines, name: string): Promise<void> {
    const topicFolder = join(this.#folder, source.name)
    mkdirSync(topicFolder, { recursive: true })
    const types = lakeColumns(source).map(
      (column) => `${textLiteral(column.name)}: ${textLiteral(column.type)}`,
    )
    const columns = `columns = {${types.join(', ')}}`
    const lines = `SELECT * FROM read_json(${textLiteral(path)}, format = 'newline_delimited', ${columns})`
    await this.#copyToParquet(session, lines, join(topicFolder, name))
  }

  /** Whole and durable when it has its name. */
  async #copyToParquet(session: DuckDbSession, query: string, target: string): Promise<void> {
    await session.run(`COPY (${query}) TO ${textLiteral(`${target}.part`)} (FORMAT parquet)`)
    flush(`${target}.part`)
    renameSync(`${target}.part`, target)
    flush(dirname(target))
  }
}

/** Runs of small files that follow one another, each long enough to be worth merging. */
function mergeable(parts: readonly LakePart[]): readonly (readonly LakePart[])[] {
  const runs: LakePart[][] = []
  let run: LakePart[] = []
  for (const part of parts) {
    const records = part.to - (run[0]?.from ?? part.from)
    if (part.to - part.from >= PART_RECORDS || records > MERGED_RECORDS) {
      runs.push(run)
      run = []
    }
    if (part.to - part.from < PART_RECORDS) run.push(part)
  }
  return [...runs, run].filter(({ length }) => length >= MERGED_FILES)
}

/** Records on their way into the lake, one file of lines a topic. */
class Part {
  readonly from: number
  /** Offset after the last record added. */
  next: number
  readonly #lines: ReadonlyMap<string, RecordLines>
  #open = true

  constructor(staging: string, sources: readonly Source[], from: number) {
    this.from = from
    this.next = from
    this.#lines = new Map(
      sources.map((source) => [
        source.name,
        new RecordLines(join(staging, `${source.name}-${from}.ndjson`), source),
      ]),
    )
  }

  get count(): number {
    return this.next - this.from
  }

  get files(): Iterable<RecordLines> {
    return this.#lines.values()
  }

  add(record: LoggedRecord): void {
    this.next = record.offset + 1
    if (record.topic === ERASED_TOPIC) return
    const lines = this.#lines.get(record.topic)
    if (lines === undefined)
      throw new Error(`bug: a record of topic '${record.topic}', which no source declares`)
    lines.add(record)
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    for (const lines of this.#lines.values()) lines.close()
  }
}

function lakeColumns(source: Source): readonly TableColumn[] {
  const columns = duckdbSql.tableColumns(source)
  return isEntitySource(source) ? [...columns, { name: RECORD_COLUMN, type: 'VARCHAR' }] : columns
}
