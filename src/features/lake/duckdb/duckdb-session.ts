import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DuckDBBlobValue,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api'
import { EndcapError } from '../../../core/errors.ts'
import { type ColumnBatch, readChunk } from './column-batch.ts'
import { type PlainRecord, toPlainValue } from './plain-value.ts'

export type DuckDbOptions = {
  /** Database file, created if needed; in memory if absent. */
  readonly path?: string
  /** Upper bound of DuckDB's own buffers, in MB (10^6 bytes); beyond it DuckDB spills. Default 2,000. */
  readonly memoryLimitMb?: number
  /** Where it spills; created only when needed. Default: a folder of this process in the system's temp folder. */
  readonly tempDir?: string
  /** Threads; default: as many as there are cores. */
  readonly threads?: number
  /** Whether rows that no ORDER BY orders keep the order of their source; without, it needs less memory. Default true. */
  readonly keepsOrder?: boolean
}

/** What can be bound to a `$1` or `?` of a statement, or appended. */
export type Parameter = null | boolean | number | bigint | string | Uint8Array

/** A column to append: one entry a row. Numbers go into any integer or float column. */
export type ColumnValues = ArrayLike<Parameter>

/**
 * One DuckDB database with one connection. Statements on one session run one after the other; open several
 * sessions on different files, or await each call. Errors of the engine are EndcapError ENGINE_FAILED.
 */
export class DuckDbSession {
  private readonly instance: DuckDBInstance
  private readonly connection: DuckDBConnection

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.instance = instance
    this.connection = connection
  }

  /** @throws EndcapError ENGINE_FAILED if the file is locked by another process or is no DuckDB database. */
  static async open(options: DuckDbOptions = {}): Promise<DuckDbSession> {
    const { path = ':memory:', memoryLimitMb = 2000, threads, keepsOrder = true } = options
    const config: Record<string, string> = {
      memory_limit: `${memoryLimitMb}MB`,
      temp_directory: options.tempDir ?? join(tmpdir(), `endcap-duckdb-${process.pid}`),
      autoinstall_known_extensions: 'false',
      preserve_insertion_order: String(keepsOrder),
      ...(threads === undefined ? {} : { threads: String(threads) }),
    }
    const instance = await named(`opening '${path}'`, () => DuckDBInstance.create(path, config))
    try {
      return new DuckDbSession(instance, await instance.connect())
    } catch (cause) {
      instance.closeSync()
      throw cause
    }
  }

  /** Runs one statement, or several divided by `;`, and drops the result. */
  async run(sql: string, parameters?: readonly Parameter[]): Promise<void> {
    await named(sql, () => this.connection.run(sql, bound(parameters)))
  }

  /**
   * All rows as objects, in the order of the statement. For small results.
   * @throws Error if an integer is not exact in a double (2^53 and beyond).
   */
  async rows(sql: string, parameters?: readonly Parameter[]): Promise<PlainRecord[]> {
    const reader = await named(sql, () => this.connection.runAndReadAll(sql, bound(parameters)))
    const names = reader.deduplicatedColumnNames()
    return reader
      .getRows()
      .map((row) => Object.fromEntries(names.map((name, index) => [name, toPlainValue(row[index] ?? null)])))
  }

  /** The columns that a query gives, in order; nothing is read. */
  async columnTypes(query: string): Promise<readonly { readonly name: string; readonly type: DuckDBType }[]> {
    const sql = `SELECT * FROM (${query}) LIMIT 0`
    const result = await named(sql, () => this.connection.run(sql))
    const names = result.deduplicatedColumnNames()
    return names.map((name, index) => ({ name, type: result.columnType(index) }))
  }

  /** All rows as columns: typed arrays by column name. For results of millions of rows. */
  async columns(sql: string): Promise<ColumnBatch> {
    const batches: ColumnBatch[] = []
    for await (const batch of this.stream(sql)) batches.push(batch)
    return batches[0] === undefined
      ? readChunk(await this.columnNames(sql), null)
      : batches[0].concat(batches.slice(1))
  }

  /** Batches of at most 2,048 rows in the order of the statement, without holding the whole result. */
  async *stream(sql: string): AsyncGenerator<ColumnBatch> {
    const result = await named(sql, () => this.connection.stream(sql))
    const names = result.deduplicatedColumnNames()
    for (;;) {
      const chunk = await named(sql, () => result.fetchChunk())
      if (chunk === null || chunk.rowCount === 0) return
      yield readChunk(names, chunk)
    }
  }

  /**
   * Appends rows given as columns, in the table's column order; all columns have the same length.
   * @throws EndcapError ENGINE_FAILED for a value that the column cannot hold or a broken constraint.
   */
  async append(table: string, columns: readonly ColumnValues[]): Promise<void> {
    const rowCount = columns[0]?.length ?? 0
    if (columns.some((column) => column.length !== rowCount)) throw new Error('bug: columns differ in length')
    const appender = await named(`append to ${table}`, () => this.connection.createAppender(table))
    try {
      const types = Array.from({ length: appender.columnCount }, (_, index) => appender.columnType(index))
      const chunk = DuckDBDataChunk.create(types)
      for (let start = 0; start < rowCount; start += CHUNK_ROWS) {
        chunk.reset()
        chunk.rowCount = Math.min(CHUNK_ROWS, rowCount - start)
        for (const [index, type] of types.entries()) fill(chunk, index, type, columns[index] ?? [], start)
        appender.appendDataChunk(chunk)
      }
      appender.flushSync()
    } catch (cause) {
      throw engineFailed(`append to ${table}`, cause)
    } finally {
      appender.closeSync()
    }
  }

  /** Appends rows given as arrays in the table's column order. */
  async appendRows(table: string, rows: readonly (readonly Parameter[])[]): Promise<void> {
    const width = rows[0]?.length ?? 0
    const column = (index: number) => rows.map((row) => row[index] ?? null)
    await this.append(
      table,
      Array.from({ length: width }, (_, index) => column(index)),
    )
  }

  close(): void {
    this.connection.closeSync()
    this.instance.closeSync()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  private async columnNames(sql: string): Promise<string[]> {
    return (await named(sql, () => this.connection.run(sql))).deduplicatedColumnNames()
  }
}

const CHUNK_ROWS = 2048

const INT64_TYPES: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
])

function fill(
  chunk: DuckDBDataChunk,
  index: number,
  type: DuckDBType,
  column: ColumnValues,
  start: number,
): void {
  const vector = chunk.getColumnVector(index)
  const wide = INT64_TYPES.has(type.typeId)
  for (let row = 0; row < chunk.rowCount; row += 1) {
    const value = column[start + row] ?? null
    vector.setItem(row, wide && typeof value === 'number' ? BigInt(value) : toDuckDb(value))
  }
  vector.flush()
}

const toDuckDb = (value: Parameter): DuckDBValue =>
  value instanceof Uint8Array ? new DuckDBBlobValue(value) : value

const bound = (parameters: readonly Parameter[] | undefined) => parameters?.map(toDuckDb)

async function named<T>(sql: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (cause) {
    throw engineFailed(sql, cause)
  }
}

function engineFailed(sql: string, cause: unknown): EndcapError {
  const message = cause instanceof Error ? cause.message : String(cause)
  const statement = sql.length > 200 ? `${sql.slice(0, 200)} ...` : sql
  return new EndcapError('ENGINE_FAILED', `DuckDB: ${message}`, { place: `statement '${statement}'`, cause })
}
