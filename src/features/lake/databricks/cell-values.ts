import type { SqlRow } from '../../../compile/sql-results.ts'
import { EndcapError } from '../../../core/errors.ts'
import type { Column } from './statement-answer.ts'

const INTEGERS = new Set(['BYTE', 'SHORT', 'INT', 'LONG', 'DECIMAL'])
const FLOATS = new Set(['FLOAT', 'DOUBLE'])
const NESTED = new Set(['ARRAY', 'MAP', 'STRUCT', 'VARIANT'])

/** Makes rows of cells, which are all text or null; decided once by the columns. */
export function rowReader(columns: readonly Column[]): (cells: readonly unknown[]) => SqlRow {
  const readers = columns.map((column) => ({ name: column.name, read: cellReader(column) }))
  return (cells) =>
    Object.fromEntries(
      readers.map(({ name, read }, index) => {
        const cell = cells[index]
        return [name, cell === null || cell === undefined ? null : read(String(cell))]
      }),
    )
}

function cellReader({ name, typeName }: Column): (text: string) => unknown {
  if (INTEGERS.has(typeName)) return (text) => exact(name, text)
  if (FLOATS.has(typeName)) return Number
  if (NESTED.has(typeName)) return (text): unknown => JSON.parse(text)
  if (typeName === 'BOOLEAN') return (text) => text === 'true'
  return (text) => text
}

/** @throws EndcapError ENGINE_FAILED if it is no integer that JavaScript holds */
function exact(column: string, text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(value)) return value
  throw new EndcapError('ENGINE_FAILED', `${text} is no exact integer in JavaScript`, {
    place: `databricks, column '${column}'`,
    remedy: 'Cast the column to STRING or DOUBLE in the statement.',
  })
}
