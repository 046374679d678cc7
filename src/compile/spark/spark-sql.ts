import { SqlCompiler } from '../sql-compiler.ts'
import { sparkDialect } from './dialect.ts'

/** Definitions as Spark SQL (Spark with Delta, and Databricks). */
export const sparkSql = new SqlCompiler(sparkDialect)
