import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateInteger } from '../compile/inprocess/evaluate.ts'
import { type Columns, MAX_EXACT } from './column.ts'
import {
  add,
  atMost,
  choose,
  column,
  type IntegerExpression,
  integer,
  less,
  multiply,
  orElse,
  subtract,
} from './expression.ts'
import { rangeOf } from './range.ts'

const columns: Columns = {
  a: { kind: 'integer', min: -100, max: 7, nullable: false },
  b: { kind: 'integer', min: 3, max: 1000, nullable: true },
  name: { kind: 'id', nullable: false },
}

describe('the range of an expression', () => {
  test('hand-worked', () => {
    expect(rangeOf(multiply(column('a'), column('b')), columns, 'x')).toEqual({
      min: -100_000,
      max: 7000,
      nullable: true,
    })
    expect(rangeOf(subtract(column('a'), column('b')), columns, 'x')).toEqual({
      min: -1100,
      max: 4,
      nullable: true,
    })
    expect(rangeOf(orElse(column('b'), integer(0)), columns, 'x')).toEqual({
      min: 0,
      max: 1000,
      nullable: false,
    })
  })

  test('refuses what can leave the exact integers, unknown columns and words', () => {
    const wide: Columns = { w: { kind: 'integer', min: 0, max: MAX_EXACT, nullable: false } }
    expect(() => rangeOf(add(column('w'), integer(1)), wide, "view 'v'")).toThrow(
      /view 'v': can reach .*beyond the exact integers/,
    )
    expect(() => rangeOf(column('zz'), columns, 'x')).toThrow(/no column 'zz'/)
    expect(() => rangeOf(column('name'), columns, 'x')).toThrow(/is id, not integer/)
  })

  const leaf = fc.oneof(
    fc.integer({ min: -50, max: 50 }).map(integer),
    fc.constantFrom(column('a'), column('b')),
  )
  const { expression } = fc.letrec<{ expression: IntegerExpression }>((tie) => {
    const two = fc.tuple(tie('expression'), tie('expression'))
    return {
      expression: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        leaf,
        two.map(([x, y]) => add(x, y)),
        two.map(([x, y]) => subtract(x, y)),
        two.map(([x, y]) => orElse(x, y)),
        two.map(([x, y]) => choose(less(x, y), x, y)),
        two.map(([x, y]) => choose(atMost(y, x), y, x)),
      ),
    }
  })

  test('holds every value that the expression takes', () => {
    const row = fc.record({
      a: fc.integer({ min: -100, max: 7 }),
      b: fc.option(fc.integer({ min: 3, max: 1000 })),
      name: fc.constant('n'),
    })
    fc.assert(
      fc.property(expression, row, (tree, values) => {
        const range = rangeOf(tree, columns, 'x')
        const value = evaluateInteger(tree, values)
        if (value === null) expect(range.nullable).toBe(true)
        else expect(range.min <= value && value <= range.max).toBe(true)
      }),
    )
  })
})
