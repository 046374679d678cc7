import { EndcapError, unreachable } from '../core/errors.ts'
import { type Columns, type ColumnType, MAX_EXACT } from './column.ts'
import type { IntegerExpression, Path } from './expression.ts'

/** The values that an integer expression can take, and whether it can be null. */
export type Range = { readonly min: number; readonly max: number; readonly nullable: boolean }

/**
 * Bounds of an expression from the declared ranges of its columns.
 * @throws EndcapError BAD_DEFINITION if a column is unknown or not an integer, or if any part of the
 *   expression can leave +-(2^53 - 1)
 */
export function rangeOf(expression: IntegerExpression, columns: Columns, place: string): Range {
  switch (expression.kind) {
    case 'integer':
      return exact({ min: expression.value, max: expression.value, nullable: false }, place)
    case 'column': {
      const type = columnAt(columns, expression.path, place)
      if (type.kind !== 'integer')
        throw bad(`column '${expression.path.join('.')}' is ${type.kind}, not integer`, place)
      return type
    }
    case 'arithmetic': {
      const left = rangeOf(expression.left, columns, place)
      const right = rangeOf(expression.right, columns, place)
      return exact(arithmeticRange(expression.operator, left, right), place)
    }
    case 'choose': {
      const then = rangeOf(expression.then, columns, place)
      const otherwise = rangeOf(expression.otherwise, columns, place)
      return { ...hull(then, otherwise), nullable: then.nullable || otherwise.nullable }
    }
    case 'orElse': {
      const operand = rangeOf(expression.operand, columns, place)
      const fallback = rangeOf(expression.fallback, columns, place)
      return { ...hull(operand, fallback), nullable: operand.nullable && fallback.nullable }
    }
    default:
      return unreachable(expression)
  }
}

/** Type of the column, or of the field inside a record column. @throws EndcapError BAD_DEFINITION */
export function columnAt(columns: Columns, path: Path, place: string): ColumnType {
  let fields: Columns = columns
  let nullable = false
  for (const [depth, name] of path.entries()) {
    const type = fields[name]
    if (type === undefined) throw bad(`no column '${path.join('.')}'`, place)
    nullable ||= type.nullable
    if (depth === path.length - 1) return { ...type, nullable }
    if (type.kind !== 'record') throw bad(`'${path.slice(0, depth + 1).join('.')}' is not a record`, place)
    fields = type.fields
  }
  throw bad('empty column path', place)
}

function arithmeticRange(operator: 'add' | 'subtract' | 'multiply', left: Range, right: Range): Range {
  const nullable = left.nullable || right.nullable
  switch (operator) {
    case 'add':
      return { min: left.min + right.min, max: left.max + right.max, nullable }
    case 'subtract':
      return { min: left.min - right.max, max: left.max - right.min, nullable }
    case 'multiply': {
      const corners = [left.min * right.min, left.min * right.max, left.max * right.min, left.max * right.max]
      return { min: Math.min(...corners), max: Math.max(...corners), nullable }
    }
    default:
      return unreachable(operator)
  }
}

const hull = (a: Range, b: Range) => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) })

function exact(range: Range, place: string): Range {
  if (range.min < -MAX_EXACT || range.max > MAX_EXACT) {
    throw bad(`can reach ${range.min}..${range.max}, beyond the exact integers (2^53 - 1)`, place)
  }
  return range
}

const bad = (message: string, place: string) => new EndcapError('BAD_DEFINITION', message, { place })
