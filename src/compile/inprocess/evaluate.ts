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

/** The meaning of the language, by walking the expression. The fast engine compiles closures instead. */
export function evaluate(expression: Expression, row: RecordValue): string | number | null {
  switch (expression.kind) {
    case 'word':
    case 'noWord':
    case 'tagged':
    case 'lookup':
    case 'chooseWord':
    case 'bucket':
      return evaluateWord(expression, row)
    case 'column': {
      const value = valueAt(row, expression.path)
      return typeof value === 'string' || typeof value === 'number' ? value : null
    }
    default:
      return evaluateInteger(expression, row)
  }
}

export function evaluateInteger(expression: IntegerExpression, row: RecordValue): number | null {
  switch (expression.kind) {
    case 'integer':
      return expression.value
    case 'column': {
      const value = valueAt(row, expression.path)
      return typeof value === 'number' ? value : null
    }
    case 'arithmetic': {
      const left = evaluateInteger(expression.left, row)
      const right = evaluateInteger(expression.right, row)
      return left === null || right === null ? null : calculate(expression.operator, left, right)
    }
    case 'choose':
      return evaluateInteger(holds(expression.when, row) ? expression.then : expression.otherwise, row)
    case 'orElse':
      return evaluateInteger(expression.operand, row) ?? evaluateInteger(expression.fallback, row)
    default:
      return unreachable(expression)
  }
}

export function evaluateWord(expression: WordExpression, row: RecordValue): string | null {
  switch (expression.kind) {
    case 'word':
      return expression.value
    case 'noWord':
      return null
    case 'column':
      return textAt(row, expression.path)
    case 'tagged': {
      for (const part of expression.parts) {
        const text = textAt(row, part.path)
        if (text !== null) return part.tag + text
      }
      return null
    }
    case 'lookup': {
      const text = textAt(row, expression.path)
      return text !== null && Object.hasOwn(expression.mapping, text)
        ? (expression.mapping[text] ?? null)
        : null
    }
    case 'chooseWord':
      return evaluateWord(holds(expression.when, row) ? expression.then : expression.otherwise, row)
    case 'bucket': {
      const value = evaluateInteger(expression.value, row)
      return value === null ? null : (expression.steps.findLast(({ from }) => from <= value)?.word ?? null)
    }
    default:
      return unreachable(expression)
  }
}

/** Two-valued: a comparison with a null is false. */
export function holds(predicate: Predicate, row: RecordValue): boolean {
  switch (predicate.kind) {
    case 'compare': {
      const left = evaluateInteger(predicate.left, row)
      const right = evaluateInteger(predicate.right, row)
      if (left === null || right === null) return false
      if (predicate.operator === 'equal') return left === right
      return predicate.operator === 'less' ? left < right : left <= right
    }
    case 'oneOf': {
      const text = textAt(row, predicate.path)
      return text !== null && predicate.values.includes(text)
    }
    case 'isNull':
      return (valueAt(row, predicate.path) ?? null) === null
    case 'isTrue':
      return valueAt(row, predicate.path) === true
    case 'isId': {
      const text = textAt(row, predicate.path)
      return text !== null && isId(text)
    }
    case 'hasNullItem': {
      const list = valueAt(row, predicate.path)
      return Array.isArray(list) && list.some((item) => (item ?? null) === null)
    }
    case 'and':
      return predicate.operands.every((operand) => holds(operand, row))
    case 'or':
      return predicate.operands.some((operand) => holds(operand, row))
    case 'not':
      return !holds(predicate.operand, row)
    default:
      return unreachable(predicate)
  }
}

/** The value of a column, or of a field inside record columns; undefined where any of them is absent. */
export function valueAt(row: RecordValue, path: Path): Value {
  let value: Value = row
  for (const name of path) {
    if (!isRecord(value)) return undefined
    value = value[name]
  }
  return value
}

function textAt(row: RecordValue, path: Path): string | null {
  const value = valueAt(row, path)
  return typeof value === 'string' ? value : null
}

function calculate(operator: 'add' | 'subtract' | 'multiply', left: number, right: number): number {
  switch (operator) {
    case 'add':
      return left + right
    case 'subtract':
      return left - right
    case 'multiply':
      // `+ 0` turns -0 into 0, which no other engine knows.
      return left * right + 0
    default:
      return unreachable(operator)
  }
}

const isRecord = (value: Value): value is RecordValue =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
