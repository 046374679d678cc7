import { type Columns, type ColumnType, MAX_INSTANT_MS } from '../algebra/column.ts'
import type {
  Expression,
  IntegerExpression,
  Path,
  Predicate,
  Step,
  WordExpression,
} from '../algebra/expression.ts'
import { columnAt, rangeOf } from '../algebra/range.ts'
import { LOG_COLUMNS } from '../algebra/source.ts'
import { unreachable } from '../core/errors.ts'
import { type Dialect, typeName } from './dialects.ts'
import { caseWhen, identifier, integerLiteral, wordLiteral } from './sql-writer.ts'

/** What an expression is compiled against: the columns it sees and how a path of them is written. */
export type Scope = {
  readonly dialect: Dialect
  readonly columns: Columns
  readonly path: (path: Path) => string
}

/** An expression of a projection, as a value of the column's type. */
export function projection(expression: Expression, type: ColumnType, scope: Scope): string {
  const { types } = scope.dialect
  if (type.kind === 'integer') {
    const text = integerSql(expression as IntegerExpression, scope)
    return expression.kind === 'column' ? text : `CAST(${text} AS ${types.integer})`
  }
  const text = wordSql(expression as WordExpression, scope)
  return expression.kind === 'column' ? text : `CAST(${text} AS ${types.text})`
}

export function integerSql(expression: IntegerExpression, scope: Scope): string {
  switch (expression.kind) {
    case 'integer':
      return integerLiteral(expression.value)
    case 'column':
      return scope.path(expression.path)
    case 'arithmetic': {
      const operator = OPERATORS[expression.operator]
      return `(${wide(expression.left, scope)} ${operator} ${integerSql(expression.right, scope)})`
    }
    case 'choose':
      return caseWhen(
        [[predicateSql(expression.when, scope), integerSql(expression.then, scope)]],
        integerSql(expression.otherwise, scope),
      )
    case 'orElse':
      return `COALESCE(${integerSql(expression.operand, scope)}, ${integerSql(expression.fallback, scope)})`
    default:
      return unreachable(expression)
  }
}

const OPERATORS = { add: '+', subtract: '-', multiply: '*' } as const

/** A literal alone would be a 32-bit integer to the engines, and so would be its products. */
function wide(expression: IntegerExpression, scope: Scope): string {
  const text = integerSql(expression, scope)
  return expression.kind === 'integer' ? `CAST(${text} AS ${scope.dialect.types.integer})` : text
}

export function wordSql(expression: WordExpression, scope: Scope): string {
  switch (expression.kind) {
    case 'word':
      return wordLiteral(expression.value)
    case 'noWord':
      return `CAST(NULL AS ${scope.dialect.types.text})`
    case 'column':
      return scope.path(expression.path)
    case 'tagged':
      return caseWhen(
        expression.parts.map(({ tag, path }) => {
          const text = scope.path(path)
          return [`${text} IS NOT NULL`, `${wordLiteral(tag)} || ${text}`]
        }),
      )
    case 'lookup': {
      const text = scope.path(expression.path)
      return caseWhen(
        Object.entries(expression.mapping).map(([from, to]) => [
          `${text} = ${wordLiteral(from)}`,
          wordLiteral(to),
        ]),
      )
    }
    case 'chooseWord':
      return caseWhen(
        [[predicateSql(expression.when, scope), wordSql(expression.then, scope)]],
        wordSql(expression.otherwise, scope),
      )
    case 'bucket':
      return bucketSql(expression, scope)
    default:
      return unreachable(expression)
  }
}

/** Steps that are compared one after the other; above, halves are told apart first. */
const FLAT_STEPS = 8

function bucketSql({ value, steps }: Extract<WordExpression, { kind: 'bucket' }>, scope: Scope): string {
  const text = integerSql(value, scope)
  const below = (part: readonly Step[]): string => {
    if (part.length > FLAT_STEPS) {
      const middle = part.length >> 1
      return caseWhen(
        [[`${text} < ${integerLiteral(part[middle]?.from ?? 0)}`, below(part.slice(0, middle))]],
        below(part.slice(middle)),
      )
    }
    const last = wordLiteral(part.at(-1)?.word ?? '')
    const others = part.slice(0, -1).map(({ word }, place) => {
      const next = integerLiteral(part[place + 1]?.from ?? 0)
      return `WHEN ${text} < ${next} THEN ${wordLiteral(word)}`
    })
    return others.length === 0 ? last : `CASE ${others.join(' ')} ELSE ${last} END`
  }
  // A null is below no step: it must not fall through to the last word.
  return caseWhen([[`${text} >= ${integerLiteral(steps[0]?.from ?? 0)}`, `\n${below(steps)}`]])
}

/**
 * For WHERE, FILTER and CASE, which take null as false; so do AND and OR on the way there. Only under NOT a
 * null has to become false first.
 */
export function predicateSql(predicate: Predicate, scope: Scope): string {
  switch (predicate.kind) {
    case 'compare': {
      const left = integerSql(predicate.left, scope)
      return `${left} ${COMPARISONS[predicate.operator]} ${integerSql(predicate.right, scope)}`
    }
    case 'oneOf':
      return predicate.values.length === 0
        ? 'FALSE'
        : `${scope.path(predicate.path)} IN (${predicate.values.map(wordLiteral).join(', ')})`
    case 'isNull':
      return `${scope.path(predicate.path)} IS NULL`
    case 'isTrue':
      return `${scope.path(predicate.path)} IS TRUE`
    case 'isId':
      return scope.dialect.isId(scope.path(predicate.path))
    case 'hasNullItem':
      return hasNullItem(predicate.path, scope)
    case 'and':
    case 'or':
      return junction(predicate.kind, predicate.operands, scope)
    case 'not':
      return negation(predicate.operand, scope)
    default:
      return unreachable(predicate)
  }
}

const COMPARISONS = { equal: '=', less: '<', atMost: '<=' } as const

function junction(kind: 'and' | 'or', operands: readonly Predicate[], scope: Scope): string {
  if (operands.length === 0) return kind === 'and' ? 'TRUE' : 'FALSE'
  const parts = operands.map((operand) => predicateSql(operand, scope))
  return parts.length === 1 ? parts.join('') : `(${parts.join(kind === 'and' ? ' AND ' : ' OR ')})`
}

function negation(operand: Predicate, scope: Scope): string {
  const text = predicateSql(operand, scope)
  if (operand.kind === 'isNull') return `${scope.path(operand.path)} IS NOT NULL`
  return canBeNull(operand, scope.columns) ? `NOT COALESCE(${text}, FALSE)` : `NOT (${text})`
}

function hasNullItem(path: Path, { dialect, columns, path: write }: Scope): string {
  const list = columnAt(columns, path, 'predicate')
  if (list.kind !== 'list') throw new Error(`bug: '${path.join('.')}' is no list`)
  const quote = (name: string) => identifier(name, dialect.quoteMark)
  return dialect.hasNullItem(write(path), typeName(list.item, dialect, quote))
}

function canBeNull(predicate: Predicate, columns: Columns): boolean {
  switch (predicate.kind) {
    case 'compare':
      return [predicate.left, predicate.right].some((side) => rangeOf(side, columns, 'predicate').nullable)
    case 'and':
    case 'or':
      return predicate.operands.some((operand) => canBeNull(operand, columns))
    case 'isNull':
    case 'isTrue':
    case 'not':
      return false
    case 'oneOf':
    case 'isId':
    case 'hasNullItem':
      return columnAt(columns, predicate.path, 'predicate').nullable
    default:
      return unreachable(predicate)
  }
}

/** The columns as they come from the log: nothing is checked yet, any of them can be null. */
export function uncheckedColumns(columns: Columns): Columns {
  const loggedAt: ColumnType = { kind: 'integer', min: 0, max: MAX_INSTANT_MS, nullable: false }
  return { ...allNullable(columns), [LOG_COLUMNS.loggedAt]: loggedAt }
}

/** The same columns, each of them nullable, inside records too. */
export function allNullable(columns: Columns): Columns {
  const nullable = (type: ColumnType): ColumnType =>
    type.kind === 'record'
      ? { kind: 'record', fields: allNullable(type.fields), nullable: true }
      : { ...type, nullable: true }
  return Object.fromEntries(Object.entries(columns).map(([name, type]) => [name, nullable(type)]))
}

/** Names of the top-level columns that an expression or predicate reads. */
export function columnsRead(node: Expression | Predicate): readonly string[] {
  switch (node.kind) {
    case 'integer':
    case 'word':
    case 'noWord':
      return []
    case 'column':
    case 'lookup':
    case 'oneOf':
    case 'isNull':
    case 'isTrue':
    case 'isId':
    case 'hasNullItem':
      return [node.path[0]]
    case 'tagged':
      return node.parts.map(({ path }) => path[0])
    case 'arithmetic':
    case 'compare':
      return [...columnsRead(node.left), ...columnsRead(node.right)]
    case 'choose':
    case 'chooseWord':
      return [node.when, node.then, node.otherwise].flatMap(columnsRead)
    case 'orElse':
      return [...columnsRead(node.operand), ...columnsRead(node.fallback)]
    case 'and':
    case 'or':
      return node.operands.flatMap(columnsRead)
    case 'not':
      return columnsRead(node.operand)
    case 'bucket':
      return columnsRead(node.value)
    default:
      return unreachable(node)
  }
}
