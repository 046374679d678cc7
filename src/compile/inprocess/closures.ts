import type {
  Expression,
  IntegerExpression,
  Path,
  Predicate,
  WordExpression,
} from '../../algebra/expression.ts'
import type { RecordValue, Value } from '../../algebra/source.ts'
import { unreachable } from '../../core/errors.ts'
import { isId } from '../../core/ids.ts'

/** How a path is read off a row: decided once, when the expression is compiled. */
export type Access<Row> = (path: Path) => (row: Row) => Value

/** Reads columns, and fields inside record columns, of a parsed record; undefined where any is absent. */
export const recordAccess: Access<RecordValue> = (path) => fieldReader(path)

/** The value at `path` below a value that may not be a record at all. */
export function fieldReader(path: readonly string[]): (value: Value) => Value {
  const [name, ...rest] = path
  if (name === undefined) return (value) => value
  if (rest.length === 0) return (value) => (isRecord(value) ? value[name] : undefined)
  const inner = fieldReader(rest)
  return (value) => (isRecord(value) ? inner(value[name]) : undefined)
}

/** An integer or a word, as the expression says; equal to `evaluate`, decided once. */
export function expressionClosure<Row>(
  expression: Expression,
  access: Access<Row>,
): (row: Row) => string | number | null {
  switch (expression.kind) {
    case 'word':
    case 'noWord':
    case 'tagged':
    case 'lookup':
    case 'chooseWord':
    case 'bucket':
      return wordClosure(expression, access)
    case 'column': {
      const read = access(expression.path)
      return (row) => {
        const value = read(row)
        return typeof value === 'string' || typeof value === 'number' ? value : null
      }
    }
    default:
      return integerClosure(expression, access)
  }
}

/** Equal to `evaluateInteger`, decided once. */
export function integerClosure<Row>(
  expression: IntegerExpression,
  access: Access<Row>,
): (row: Row) => number | null {
  switch (expression.kind) {
    case 'integer': {
      const { value } = expression
      return () => value
    }
    case 'column': {
      const read = access(expression.path)
      return (row) => {
        const value = read(row)
        return typeof value === 'number' ? value : null
      }
    }
    case 'arithmetic':
      return arithmeticClosure(expression, access)
    case 'choose': {
      const when = predicateClosure(expression.when, access)
      const then = integerClosure(expression.then, access)
      const otherwise = integerClosure(expression.otherwise, access)
      return (row) => (when(row) ? then(row) : otherwise(row))
    }
    case 'orElse': {
      const operand = integerClosure(expression.operand, access)
      const fallback = integerClosure(expression.fallback, access)
      return (row) => operand(row) ?? fallback(row)
    }
    default:
      return unreachable(expression)
  }
}

function arithmeticClosure<Row>(
  expression: Extract<IntegerExpression, { kind: 'arithmetic' }>,
  access: Access<Row>,
): (row: Row) => number | null {
  const left = integerClosure(expression.left, access)
  const right = integerClosure(expression.right, access)
  const { operator } = expression
  return (row) => {
    const a = left(row)
    const b = right(row)
    if (a === null || b === null) return null
    if (operator === 'add') return a + b
    // `+ 0` turns -0 into 0, as in the meaning.
    return operator === 'subtract' ? a - b : a * b + 0
  }
}

/** Equal to `evaluateWord`, decided once. */
export function wordClosure<Row>(
  expression: WordExpression,
  access: Access<Row>,
): (row: Row) => string | null {
  switch (expression.kind) {
    case 'word': {
      const { value } = expression
      return () => value
    }
    case 'noWord':
      return () => null
    case 'column':
      return textReader(expression.path, access)
    case 'tagged': {
      const parts = expression.parts.map(({ tag, path }) => ({ tag, read: textReader(path, access) }))
      return (row) => {
        for (const { tag, read } of parts) {
          const text = read(row)
          if (text !== null) return tag + text
        }
        return null
      }
    }
    case 'lookup': {
      const read = textReader(expression.path, access)
      const mapping = new Map(Object.entries(expression.mapping))
      return (row) => {
        const text = read(row)
        return text === null ? null : (mapping.get(text) ?? null)
      }
    }
    case 'chooseWord': {
      const when = predicateClosure(expression.when, access)
      const then = wordClosure(expression.then, access)
      const otherwise = wordClosure(expression.otherwise, access)
      return (row) => (when(row) ? then(row) : otherwise(row))
    }
    case 'bucket':
      return bucketClosure(expression, access)
    default:
      return unreachable(expression)
  }
}

function bucketClosure<Row>(
  { value, steps }: Extract<WordExpression, { kind: 'bucket' }>,
  access: Access<Row>,
): (row: Row) => string | null {
  const read = integerClosure(value, access)
  const froms = steps.map(({ from }) => from)
  const words = steps.map(({ word }) => word)
  return (row) => {
    const now = read(row)
    if (now === null) return null
    let low = 0
    let high = froms.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((froms[middle] ?? 0) <= now) low = middle + 1
      else high = middle
    }
    return words[low - 1] ?? null
  }
}

/** Equal to `holds`, decided once: two-valued, a comparison with a null is false. */
export function predicateClosure<Row>(predicate: Predicate, access: Access<Row>): (row: Row) => boolean {
  switch (predicate.kind) {
    case 'compare':
      return compareClosure(predicate, access)
    case 'oneOf': {
      const read = textReader(predicate.path, access)
      const [only] = predicate.values
      if (predicate.values.length === 1) return (row) => read(row) === only
      const values: ReadonlySet<string | null> = new Set(predicate.values)
      return (row) => values.has(read(row))
    }
    case 'isNull': {
      const read = access(predicate.path)
      return (row) => (read(row) ?? null) === null
    }
    case 'isTrue': {
      const read = access(predicate.path)
      return (row) => read(row) === true
    }
    case 'hasNullItem': {
      const read = access(predicate.path)
      return (row) => {
        const list = read(row)
        return Array.isArray(list) && list.some((item) => (item ?? null) === null)
      }
    }
    case 'isId': {
      const read = textReader(predicate.path, access)
      return (row) => {
        const text = read(row)
        return text !== null && isId(text)
      }
    }
    case 'and': {
      const operands = predicate.operands.map((operand) => predicateClosure(operand, access))
      return (row) => operands.every((operand) => operand(row))
    }
    case 'or': {
      const operands = predicate.operands.map((operand) => predicateClosure(operand, access))
      return (row) => operands.some((operand) => operand(row))
    }
    case 'not': {
      const operand = predicateClosure(predicate.operand, access)
      return (row) => !operand(row)
    }
    default:
      return unreachable(predicate)
  }
}

function compareClosure<Row>(
  predicate: Extract<Predicate, { kind: 'compare' }>,
  access: Access<Row>,
): (row: Row) => boolean {
  const left = integerClosure(predicate.left, access)
  const right = integerClosure(predicate.right, access)
  const { operator } = predicate
  return (row) => {
    const a = left(row)
    const b = right(row)
    if (a === null || b === null) return false
    if (operator === 'equal') return a === b
    return operator === 'less' ? a < b : a <= b
  }
}

function textReader<Row>(path: Path, access: Access<Row>): (row: Row) => string | null {
  const read = access(path)
  return (row) => {
    const value = read(row)
    return typeof value === 'string' ? value : null
  }
}

const isRecord = (value: Value): value is RecordValue =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
