import type { RecordValue, Value } from '../algebra/source.ts'

/** The record without the fields, at any depth, that are null: they say the same as absent ones. */
export function withoutNulls(record: RecordValue): RecordValue {
  return Object.fromEntries(
    Object.entries(record)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name, stripped(value)]),
  )
}

function stripped(value: Value): Value {
  if (Array.isArray(value)) return value.map(stripped)
  return value !== null && typeof value === 'object' ? withoutNulls(value as RecordValue) : value
}

/** Whether a field at any depth is null. */
export function hasNulls(value: Value): boolean {
  if (value === null) return true
  return typeof value === 'object' && Object.values(value).some(hasNulls)
}
