import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api'

/** What a cell of a row object can be: integers are numbers (checked below 2^53), instants are epoch ms. */
export type PlainValue = null | boolean | number | string | Uint8Array | readonly PlainValue[] | PlainRecord
export type PlainRecord = { readonly [field: string]: PlainValue }

/** A value as plain JSON-like data: bigints to exact numbers, instants to epoch ms, dates to `YYYY-MM-DD`, maps to objects. */
export function toPlainValue(value: DuckDBValue): PlainValue {
  if (value === null || typeof value !== 'object') return typeof value === 'bigint' ? exact(value) : value
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return Number(value.micros / 1000n)
  }
  if (value instanceof DuckDBTimestampMillisecondsValue) return Number(value.millis)
  if (value instanceof DuckDBDecimalValue) return value.toDouble()
  if (value instanceof DuckDBBlobValue) return value.bytes
  if (value instanceof DuckDBListValue) return value.items.map(toPlainValue)
  if (value instanceof DuckDBMapValue) {
    return Object.fromEntries(value.entries.map(({ key, value: cell }) => [String(key), toPlainValue(cell)]))
  }
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, cell]) => [name, toPlainValue(cell)]))
  }
  if (value instanceof DuckDBDateValue) return value.toString()
  return String(value)
}

function exact(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new Error(`bug: integer ${value} is beyond 2^53`)
  return number
}
