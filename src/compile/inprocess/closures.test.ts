import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type {
  Expression,
  IntegerExpression,
  Path,
  Predicate,
  WordExpression,
} from '../../algebra/expression.ts'
import {
  bucket,
  choose,
  chooseWord,
  column,
  integer,
  less,
  multiply,
  not,
  noWord,
  tagged,
} from '../../algebra/expression.ts'
import type { RecordValue } from '../../algebra/source.ts'
import { expressionClosure, integerClosure, predicateClosure, recordAccess, wordClosure } from './closures.ts'
import { evaluate, evaluateInteger, evaluateWord, holds } from './evaluate.ts'

const words = fc.constantFrom('a', 'b', 'view', '', 'a b', 'ü', '__proto__', 'constructor')
const path: fc.Arbitrary<Path> = fc.constantFrom<Path>(
  ['n'],
  ['m'],
  ['w'],
  ['v'],
  ['r', 'n'],
  ['r', 'w'],
  ['r', 'r', 'n'],
)
const number = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(0, -0, 2 ** 31, -(2 ** 40)))
const value = fc.oneof(number, words, fc.constantFrom(null, undefined, true), fc.constant([1, 'a']))
const row: fc.Arbitrary<RecordValue> = fc.record(
  {
    n: value,
    m: number,
    w: value,
    v: words,
    r: fc.oneof(value, fc.record({ n: value, w: value, r: fc.oneof(value, fc.record({ n: number })) })),
  },
  { requiredKeys: [] },
)

const froms = fc
  .uniqueArray(fc.integer({ min: -6, max: 6 }), { minLength: 1 })
  .map((starts) => starts.toSorted((a, b) => a - b))

type Trees = { integer: IntegerExpression; word: WordExpression; predicate: Predicate }
const trees = fc.letrec<Trees>((tie) => ({
  integer: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'tree' },
    path.map((at) => column(...at)),
    number.map(integer),
    fc.record({
      kind: fc.constant('arithmetic' as const),
      operator: fc.constantFrom('add' as const, 'subtract' as const, 'multiply' as const),
      left: tie('integer'),
      right: tie('integer'),
    }),
    fc.tuple(tie('predicate'), tie('integer'), tie('integer')).map((parts) => choose(...parts)),
    fc.record({ kind: fc.constant('orElse' as const), operand: tie('integer'), fallback: tie('integer') }),
  ),
  word: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'tree' },
    path.map((at) => column(...at)),
    words.map((text) => ({ kind: 'word' as const, value: text })),
    fc.array(fc.record({ tag: words, path })).map((parts) => ({ kind: 'tagged' as const, parts })),
    fc.record({ kind: fc.constant('lookup' as const), path, mapping: fc.dictionary(words, words) }),
    fc.tuple(tie('predicate'), tie('word'), tie('word')).map((parts) => chooseWord(...parts)),
    fc.constant(noWord),
    fc.tuple(tie('integer'), froms).map(([of, starts]) =>
      bucket(
        of,
        starts.map((from) => ({ from, word: `from.${from}` })),
      ),
    ),
  ),
  predicate: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'tree' },
    fc.record({ kind: fc.constant('oneOf' as const), path, values: fc.array(words, { maxLength: 4 }) }),
    fc.record({ kind: fc.constantFrom('isNull' as const, 'isId' as const, 'isTrue' as const), path }),
    fc.record({
      kind: fc.constant('compare' as const),
      operator: fc.constantFrom('equal' as const, 'less' as const, 'atMost' as const),
      left: tie('integer'),
      right: tie('integer'),
    }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('predicate'), { maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), operand: tie('predicate') }),
  ),
}))

describe('compiled closures', () => {
  test('integers, words and predicates equal the walked meaning on random expressions and rows', () => {
    fc.assert(
      fc.property(trees.integer, trees.word, trees.predicate, row, (number, text, predicate, seen) => {
        expect(integerClosure(number, recordAccess)(seen)).toBe(evaluateInteger(number, seen))
        expect(wordClosure(text, recordAccess)(seen)).toBe(evaluateWord(text, seen))
        expect(predicateClosure(predicate, recordAccess)(seen)).toBe(holds(predicate, seen))
        for (const expression of [number, text] satisfies Expression[]) {
          expect(expressionClosure(expression, recordAccess)(seen)).toBe(evaluate(expression, seen))
        }
      }),
      { numRuns: 3000 },
    )
  })

  test('hand-worked: a null is never less, and its negation holds', () => {
    const absent = less(column('n'), integer(5))
    expect(predicateClosure(absent, recordAccess)({})).toBe(false)
    expect(predicateClosure(not(absent), recordAccess)({})).toBe(true)
    expect(integerClosure(multiply(column('n'), integer(3)), recordAccess)({ n: 7 })).toBe(21)
    const shopper = tagged({ tag: 'c:', path: ['customer_id'] }, { tag: 's:', path: ['session_id'] })
    expect(wordClosure(shopper, recordAccess)({ session_id: 'x' })).toBe('s:x')
  })
})
