import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  caseWhen,
  identifier,
  inParentheses,
  integerLiteral,
  select,
  unionAll,
  withQueries,
  wordLiteral,
} from './sql-writer.ts'

describe('names and literals', () => {
  test('a name keeps its quote marks by doubling them', () => {
    expect(identifier('a"b', '"')).toBe('"a""b"')
    expect(identifier('a`b', '`')).toBe('`a``b`')
    expect(identifier('select', '`')).toBe('`select`')
  })

  test('a word of id characters is a literal, any other text is refused', () => {
    expect(wordLiteral('add_to-cart.1~:')).toBe("'add_to-cart.1~:'")
    for (const text of ["it's", 'a b', 'back\\slash', 'line\n', 'é', '%']) {
      expect(() => wordLiteral(text), text).toThrow(/characters that no id has/)
    }
  })

  test('no text at all gets out of a word literal', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(wordLiteral(text)).toMatch(/^'[A-Za-z0-9._~:-]*'$/)
        } catch (error) {
          expect(String(error)).toContain('characters that no id has')
        }
      }),
    )
  })

  test('integers are exact, and negative ones in parentheses', () => {
    expect(integerLiteral(9_007_199_254_740_991)).toBe('9007199254740991')
    expect(integerLiteral(-5)).toBe('(-5)')
    for (const value of [1.5, 2 ** 53, Number.NaN])
      expect(() => integerLiteral(value)).toThrow(/exact integer/)
  })
})

describe('the shape of a query', () => {
  const one = select({
    columns: [
      ['"a"', '"a"'],
      ['"b" + 1', '"c"'],
    ],
    from: '"t"',
    where: ['"a" > 0', '"b" > 0'],
  })

  test('one clause a line, a column that keeps its name once', () => {
    expect(one).toBe('SELECT\n  "a",\n  "b" + 1 AS "c"\nFROM "t"\nWHERE "a" > 0\n  AND "b" > 0')
  })

  test('named queries stand before the main one, with their hint', () => {
    expect(withQueries([['"x"', 'SELECT 1', 'MATERIALIZED']], 'SELECT 2')).toBe(
      'WITH "x" AS MATERIALIZED (\n  SELECT 1\n)\nSELECT 2',
    )
    expect(withQueries([], 'SELECT 2')).toBe('SELECT 2')
  })

  test('unions and nesting', () => {
    expect(unionAll(['SELECT 1', 'SELECT 2'])).toBe('SELECT 1\nUNION ALL\nSELECT 2')
    expect(inParentheses('SELECT\n  1')).toBe('(\n  SELECT\n    1\n)')
  })

  test('a short case is one line, a long one has one line a branch', () => {
    expect(caseWhen([['a', '1']], '2')).toBe('CASE WHEN a THEN 1 ELSE 2 END')
    expect(
      caseWhen(
        [
          ['a', '1'],
          ['b', '2'],
        ],
        '3',
      ),
    ).toBe('CASE\n  WHEN a THEN 1\n  WHEN b THEN 2\n  ELSE 3\nEND')
  })
})
