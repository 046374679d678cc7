import type { Value } from '../../algebra/source.ts'
import type { FieldKind } from './contract-fields.ts'
import { minorUnits } from './decimal.ts'
import { instantOf } from './instant-text.ts'

/** What a cell says, or why it says nothing that the field can hold. */
export type CellValue =
  | { readonly value: Value; readonly isRounded?: true }
  | { readonly reason: 'bad_number' | 'bad_boolean' | 'bad_instant' | 'bad_json' }

const TRUE: ReadonlySet<string> = new Set(['true', 't', 'yes', 'y', '1'])
const FALSE: ReadonlySet<string> = new Set(['false', 'f', 'no', 'n', '0'])

/**
 * A cell (text of CSV, or a value of JSON or Parquet) as a field of one kind.
 * @param digits decimals of the row's currency
 */
export function cellValue(cell: Value, kind: FieldKind, digits: number): CellValue {
  switch (kind) {
    case 'text':
      return { value: typeof cell === 'string' ? cell : JSON.stringify(cell) }
    case 'integer':
      return integerIn(cell)
    case 'number':
      return numberIn(cell)
    case 'boolean':
      return booleanIn(cell)
    case 'instant':
      return instantIn(cell)
    case 'money':
      return moneyIn(cell, digits)
    case 'texts':
      return textsIn(cell)
    case 'json':
      return jsonIn(cell)
  }
}

/** Whole numbers, also written `6.0` or `6.00`. */
function integerIn(cell: Value): CellValue {
  const text = String(cell).trim()
  const number = /^[+-]?[0-9]{1,15}(\.0*)?$/.test(text) ? Number(text) : Number.NaN
  return Number.isNaN(number) ? { reason: 'bad_number' } : { value: number + 0 }
}

function numberIn(cell: Value): CellValue {
  const text = String(cell).trim()
  const number = text === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? { value: number } : { reason: 'bad_number' }
}

function booleanIn(cell: Value): CellValue {
  const text = String(cell).trim().toLowerCase()
  if (TRUE.has(text)) return { value: true }
  return FALSE.has(text) ? { value: false } : { reason: 'bad_boolean' }
}

function instantIn(cell: Value): CellValue {
  const instant = instantOf(String(cell))
  return instant === null ? { reason: 'bad_instant' } : { value: instant }
}

function moneyIn(cell: Value, digits: number): CellValue {
  const amount = minorUnits(String(cell), digits)
  if (amount === null) return { reason: 'bad_number' }
  return amount.isRounded ? { value: amount.units, isRounded: true } : { value: amount.units }
}

function textsIn(cell: Value): CellValue {
  if (typeof cell !== 'string' || cell.startsWith('[')) return jsonIn(cell)
  return { value: cell.split('|').map((text) => text.trim()) }
}

function jsonIn(cell: Value): CellValue {
  if (typeof cell !== 'string') return { value: cell }
  try {
    return { value: JSON.parse(cell) }
  } catch {
    return { reason: 'bad_json' }
  }
}
