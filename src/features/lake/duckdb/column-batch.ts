import { type DuckDBDataChunk, DuckDBTypeId, type DuckDBVector } from '@duckdb/node-api'
import { type PlainValue, toPlainValue } from './plain-value.ts'

type Cells = Int32Array | Float64Array | readonly PlainValue[]

/** Rows as columns. Each reader says which shape it wants and fails, naming the column, where it does not fit. */
export class ColumnBatch {
  readonly rowCount: number
  private readonly cells: ReadonlyMap<string, Cells>

  constructor(rowCount: number, cells: ReadonlyMap<string, Cells>) {
    this.rowCount = rowCount
    this.cells = cells
  }

  /** A TINYINT, SMALLINT or INTEGER column without nulls. @throws Error otherwise. */
  int32(name: string): Int32Array {
    const cells = this.column(name)
    if (cells instanceof Int32Array) return cells
    if (cells.length === 0) return new Int32Array()
    throw new Error(`bug: column '${name}' is not a 32-bit integer column without nulls; cast it in SQL`)
  }

  /** Any numeric column without nulls; integers are exact below 2^53. @throws Error otherwise. */
  numbers(name: string): Float64Array {
    const cells = this.column(name)
    if (cells instanceof Float64Array) return cells
    if (cells instanceof Int32Array) return Float64Array.from(cells)
    return Float64Array.from(cells, (cell) => {
      if (typeof cell !== 'number') throw new Error(`bug: column '${name}' holds ${String(cell)}, no number`)
      return cell
    })
  }

  /** A text column. @throws Error if a cell is neither text nor null. */
  strings(name: string): readonly (string | null)[] {
    return Array.from(this.values(name), (cell) => {
      if (cell === null || typeof cell === 'string') return cell
      throw new Error(`bug: column '${name}' holds ${String(cell)}, no text`)
    })
  }

  /** Any column, as plain values. */
  values(name: string): ArrayLike<PlainValue> & Iterable<PlainValue> {
    return this.column(name)
  }

  /** This batch followed by `others`. */
  concat(others: readonly ColumnBatch[]): ColumnBatch {
    const rowCount = others.reduce((sum, batch) => sum + batch.rowCount, this.rowCount)
    const cells = new Map<string, Cells>()
    for (const name of this.cells.keys()) {
      cells.set(
        name,
        concatCells(
          [this, ...others].map((batch) => batch.column(name)),
          rowCount,
        ),
      )
    }
    return new ColumnBatch(rowCount, cells)
  }

  private column(name: string): Cells {
    const cells = this.cells.get(name)
    if (cells === undefined) {
      throw new Error(`bug: no column '${name}' among ${[...this.cells.keys()].join(', ')}`)
    }
    return cells
  }
}

/** The columns of one DuckDB chunk, copied out of its memory; no chunk gives no rows. */
export function readChunk(names: readonly string[], chunk: DuckDBDataChunk | null): ColumnBatch {
  const cells = new Map<string, Cells>()
  for (const [index, name] of names.entries()) {
    cells.set(name, chunk === null ? [] : readVector(chunk.getColumnVector(index)))
  }
  return new ColumnBatch(chunk?.rowCount ?? 0, cells)
}

/**
 * `items` of a vector is the engine's own memory: fast, but not a documented API, so the package version is
 * pinned and a test holds it to `getItem`. Verified on @duckdb/node-api 1.5.6.
 */
function readVector(vector: DuckDBVector): Cells {
  const items: unknown = 'items' in vector ? vector.items : undefined
  const plain = () => vector.toArray().map((value) => toPlainValue(value))
  if (!PLAIN_NUMBERS.has(vector.type.typeId) || hasNull(vector)) return plain()
  if (items instanceof Int32Array || items instanceof Int16Array || items instanceof Int8Array) {
    return Int32Array.from(items)
  }
  if (items instanceof Float64Array || items instanceof Float32Array) return Float64Array.from(items)
  if (items instanceof BigInt64Array) return exactNumbers(items)
  return plain()
}

/** Dates, times and decimals lie in the same kinds of arrays, so the type decides, not the array. */
const PLAIN_NUMBERS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
])

function hasNull(vector: DuckDBVector): boolean {
  // A vector without a bitmap of validity has no null. As with `items`, a test holds this to `getItem`.
  const validity: unknown = 'validity' in vector ? vector.validity : undefined
  if (typeof validity === 'object' && validity !== null && 'data' in validity && validity.data === null)
    return false
  for (let row = 0; row < vector.itemCount; row += 1) if (vector.getItem(row) === null) return true
  return false
}

function exactNumbers(items: BigInt64Array): Float64Array {
  const halves = new Int32Array(items.buffer, items.byteOffset, items.length * 2)
  const numbers = new Float64Array(items.length)
  for (let row = 0; row < numbers.length; row += 1) {
    const value = (halves[2 * row + 1] ?? 0) * 4_294_967_296 + ((halves[2 * row] ?? 0) >>> 0)
    if (!Number.isSafeInteger(value)) throw new Error(`bug: integer ${items[row]} is beyond 2^53`)
    numbers[row] = value
  }
  return numbers
}

function concatCells(parts: readonly Cells[], rowCount: number): Cells {
  if (parts.every((part) => part instanceof Int32Array)) return joined(new Int32Array(rowCount), parts)
  if (parts.every((part) => part instanceof Float64Array)) return joined(new Float64Array(rowCount), parts)
  return parts.flatMap((part) => Array.from<PlainValue>(part))
}

function joined<T extends Int32Array | Float64Array>(target: T, parts: readonly ArrayLike<number>[]): T {
  let offset = 0
  for (const part of parts) {
    target.set(part, offset)
    offset += part.length
  }
  return target
}
