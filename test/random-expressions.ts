import fc from 'fast-check'
import type { Columns } from '../src/algebra/column.ts'
import {
  add,
  and,
  atMost,
  bucket,
  choose,
  chooseWord,
  column,
  equal,
  type IntegerExpression,
  integer,
  isId,
  isNull,
  isTrue,
  less,
  lookup,
  multiply,
  not,
  noWord,
  oneOf,
  or,
  orElse,
  type Predicate,
  subtract,
  tagged,
  type WordExpression,
  word,
} from '../src/algebra/expression.ts'
import type { RecordValue } from '../src/algebra/source.ts'
import { evaluateInteger, evaluateWord, holds } from '../src/compile/inprocess/evaluate.ts'
import type { SqlCompiler } from '../src/compile/sql-compiler.ts'
import { integerSql, predicateSql, wordSql } from '../src/compile/sql-expressions.ts'

/** Two integers, two words and two flags, of each one that may be null. */
export const EXPRESSION_COLUMNS = {
  a: { kind: 'integer', min: -1000, max: 1000, nullable: true },
  b: { kind: 'integer', min: -1000, max: 1000, nullable: false },
  w: { kind: 'id', nullable: true },
  v: { kind: 'id', nullable: false },
  f: { kind: 'boolean', nullable: true },
  g: { kind: 'boolean', nullable: false },
} as const satisfies Columns

const INTEGERS = [null, 0, 1, -1, 7, 1000, -1000]
const FLAGS = [null, true, false]
const WORDS = [null, 'x', 'view', 'A.b~c:d-e_1', 'trailing\n', 'not an id', '', 'ünï']

/** Every value of each column meets every value of every other kind at least once. */
export const EXPRESSION_ROWS: readonly RecordValue[] = INTEGERS.flatMap((a, i) =>
  WORDS.map((w, j) => ({
    row_no: i * WORDS.length + j,
    a,
    b: INTEGERS[(i + j) % INTEGERS.length] ?? 3,
    w,
    v: WORDS[(i + j) % WORDS.length] ?? 'x',
    f: FLAGS[(i + 2 * j) % FLAGS.length] ?? null,
    g: FLAGS[(i + j) % FLAGS.length] ?? false,
  })),
)

export type AnyExpression =
  | { readonly kind: 'integer'; readonly expression: IntegerExpression }
  | { readonly kind: 'word'; readonly expression: WordExpression }
  | { readonly kind: 'predicate'; readonly expression: Predicate }

const path = fc.constantFrom('w', 'v')
const someWord = fc.constantFrom('x', 'view', 'A.b~c:d-e_1', 'absent', '')
const integerColumn = fc.constantFrom('a', 'b').map((name) => column(name))

/** One to twenty, so that flat and halved texts are met; steps at values that the columns take. */
const someSteps = fc
  .uniqueArray(
    fc.oneof(fc.integer({ min: -1001, max: 1001 }), fc.constantFrom(...[-1000, -1, 0, 1, 7, 1000])),
    {
      minLength: 1,
      maxLength: 20,
    },
  )
  .map((froms) => froms.toSorted((x, y) => x - y).map((from) => ({ from, word: `from.${from}` })))

type Trees = { readonly i: IntegerExpression; readonly w: WordExpression; readonly p: Predicate }

const trees = fc.letrec<Trees>((tie) => ({
  i: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    integerColumn,
    fc.integer({ min: -9, max: 9 }).map(integer),
    fc.tuple(fc.constantFrom(add, subtract), tie('i'), tie('i')).map(([make, l, r]) => make(l, r)),
    // Of columns alone: a product of products could leave 2^53, which the plan refuses.
    fc.tuple(integerColumn, integerColumn).map(([l, r]) => multiply(l, r)),
    fc.tuple(tie('p'), tie('i'), tie('i')).map(([when, l, r]) => choose(when, l, r)),
    fc.tuple(tie('i'), tie('i')).map(([l, r]) => orElse(l, r)),
  ),
  w: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    path.map((name) => column(name)),
    someWord.map(word),
    fc
      .uniqueArray(path, { minLength: 1 })
      .map((paths) => tagged(...paths.map((name) => ({ tag: `${name}:`, path: [name] as const })))),
    path.map((name) => lookup([name], { x: 'ex', view: 'seen' })),
    fc.tuple(tie('p'), tie('w'), tie('w')).map(([when, l, r]) => chooseWord(when, l, r)),
    fc.constant(noWord),
    fc.tuple(tie('i'), someSteps).map(([value, steps]) => bucket(value, steps)),
  ),
  p: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.tuple(fc.constantFrom(equal, less, atMost), tie('i'), tie('i')).map(([make, l, r]) => make(l, r)),
    fc.tuple(path, fc.uniqueArray(someWord)).map(([name, words]) => oneOf(name, ...words)),
    fc.constantFrom('a', 'b', 'w', 'v', 'f').map((name) => isNull(name)),
    path.map((name) => isId(name)),
    fc.constantFrom('f', 'g').map((name) => isTrue(name)),
    fc
      .tuple(fc.constantFrom(and, or), fc.array(tie('p'), { maxLength: 3 }))
      .map(([make, all]) => make(...all)),
    tie('p').map(not),
    tie('p').map(not),
  ),
}))

export const anyExpression: fc.Arbitrary<AnyExpression> = fc.oneof(
  trees.i.map((expression): AnyExpression => ({ kind: 'integer', expression })),
  trees.w.map((expression): AnyExpression => ({ kind: 'word', expression })),
  trees.p.map((expression): AnyExpression => ({ kind: 'predicate', expression })),
)

/** What the language means by it; a predicate is 1 or 0. */
export function meaningOf({ kind, expression }: AnyExpression, row: RecordValue): string | number | null {
  if (kind === 'integer') return evaluateInteger(expression, row)
  return kind === 'word' ? evaluateWord(expression, row) : Number(holds(expression, row))
}

/** The expression as a select item of an engine. */
export function sqlOf({ kind, expression }: AnyExpression, { dialect, quote }: SqlCompiler): string {
  const scope = {
    dialect,
    columns: EXPRESSION_COLUMNS,
    path: (names: readonly string[]) => names.map(quote).join('.'),
  }
  const { integer: integerType, text } = dialect.types
  if (kind === 'integer') return `CAST(${integerSql(expression, scope)} AS ${integerType})`
  if (kind === 'word') return `CAST(${wordSql(expression, scope)} AS ${text})`
  return `CAST(CASE WHEN ${predicateSql(expression, scope)} THEN 1 ELSE 0 END AS ${integerType})`
}
