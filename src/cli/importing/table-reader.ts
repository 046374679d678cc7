import type { TableReader } from '../../datagen/importers/import-format.ts'
import { tableColumns, tableRows } from '../../features/lake/duckdb/table-rows.ts'

/** Reads Parquet and Delta tables for the formats that need it, by the engine of the lake. */
export const tableReader: TableReader = { columns: tableColumns, rows: tableRows }
