import { SqlCompiler } from '../sql-compiler.ts'
import { duckdbDialect } from './dialect.ts'

/** Definitions as DuckDB's SQL: the same tables as Parquet files or as tables of a database. */
export const duckdbSql = new SqlCompiler(duckdbDialect)
