import type { SqlRow } from '../../compile/sql-results.ts'

/**
 * A session of a SQL engine that keeps tables: statements run one after the other, without a closing semicolon, and
 * `USE SCHEMA` and `USE CATALOG` hold for those that follow. Close it after use.
 */
export type SqlConnection = {
  /**
   * All rows of one statement by column name; none of a statement without rows. NULL is null, BIGINT and DECIMAL are exact
   * JS integers, timestamps and dates are text, arrays, maps and structs are parsed.
   * @throws EndcapError ENGINE_FAILED with the engine's reason, or for a number that is no exact integer below 2^53 in
   *   magnitude; ENGINE_UNAVAILABLE
   */
  readonly query: (sql: string) => Promise<readonly SqlRow[]>
  /** The rows of one statement, chunk by chunk; for results that do not fit into memory. @throws as `query` */
  readonly chunks: (sql: string) => AsyncGenerator<readonly SqlRow[], void, undefined>
  readonly close: () => Promise<void>
}
