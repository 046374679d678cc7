import type { TableReader } from '../../datagen/importers/import-format.ts'
import { parquetColumns, parquetRows } from '../../features/lake/duckdb/parquet-rows.ts'

/** Reads Parquet for the formats that need it, by the engine of the lake. */
export const tableReader: TableReader = { columns: parquetColumns, rows: parquetRows }
