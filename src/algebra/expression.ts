/**
 * Integer and word expressions over the columns of one row. Only what translates equally on every engine
 * is here: docs/decisions/0002-constructs.md lists what stayed out and why.
 *
 * Nulls: arithmetic with a null is null. Predicates are two-valued on every engine: a comparison with a
 * null is false, and so its `not` is true.
 */
export type IntegerExpression =
  | { readonly kind: 'integer'; readonly value: number }
  | ColumnReference
  | {
      readonly kind: 'arithmetic'
      readonly operator: 'add' | 'subtract' | 'multiply'
      readonly left: IntegerExpression
      readonly right: IntegerExpression
    }
  | {
      readonly kind: 'choose'
      readonly when: Predicate
      readonly then: IntegerExpression
      readonly otherwise: IntegerExpression
    }
  | { readonly kind: 'orElse'; readonly operand: IntegerExpression; readonly fallback: IntegerExpression }

/** A value of kind id or enum. */
export type WordExpression =
  | { readonly kind: 'word'; readonly value: string }
  /** Always null: for a branch of a stream that has nothing to say in a column. */
  | { readonly kind: 'noWord' }
  | ColumnReference
  /** The first of `parts` whose column is not null, as tag + value; null if all are. */
  | { readonly kind: 'tagged'; readonly parts: readonly { readonly tag: string; readonly path: Path }[] }
  /** `mapping[column]`; null for a value that it does not list. */
  | { readonly kind: 'lookup'; readonly path: Path; readonly mapping: Readonly<Record<string, string>> }
  | {
      readonly kind: 'chooseWord'
      readonly when: Predicate
      readonly then: WordExpression
      readonly otherwise: WordExpression
    }
  /** The word of the last step that begins at or below `value`; null for a null and below the first step. */
  | { readonly kind: 'bucket'; readonly value: IntegerExpression; readonly steps: readonly Step[] }

/** Values from `from` (included) to the next step's. Steps ascend strictly. */
export type Step = { readonly from: number; readonly word: string }

export type Expression = IntegerExpression | WordExpression

export type Predicate =
  | {
      readonly kind: 'compare'
      readonly operator: 'equal' | 'less' | 'atMost'
      readonly left: IntegerExpression
      readonly right: IntegerExpression
    }
  | { readonly kind: 'oneOf'; readonly path: Path; readonly values: readonly string[] }
  | { readonly kind: 'isNull'; readonly path: Path }
  /** Whether a boolean column is true; false where it is null. */
  | { readonly kind: 'isTrue'; readonly path: Path }
  | { readonly kind: 'isId'; readonly path: Path }
  /** Whether any item of a list is null; false where there is no list. */
  | { readonly kind: 'hasNullItem'; readonly path: Path }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Predicate[] }
  | { readonly kind: 'not'; readonly operand: Predicate }

/** Name of a column, or of a field inside a record column: `['payload', 'search_term']`. */
export type Path = readonly [string, ...string[]]
export type ColumnReference = { readonly kind: 'column'; readonly path: Path }

export const column = (...path: Path): ColumnReference => Object.freeze({ kind: 'column', path })
export const integer = (value: number): IntegerExpression => Object.freeze({ kind: 'integer', value })
export const word = (value: string): WordExpression => Object.freeze({ kind: 'word', value })
export const noWord: WordExpression = Object.freeze({ kind: 'noWord' })

const arithmetic =
  (operator: 'add' | 'subtract' | 'multiply') =>
  (left: IntegerExpression, right: IntegerExpression): IntegerExpression =>
    Object.freeze({ kind: 'arithmetic', operator, left, right })

export const add = arithmetic('add')
export const subtract = arithmetic('subtract')
export const multiply = arithmetic('multiply')

export const choose = (
  when: Predicate,
  then: IntegerExpression,
  otherwise: IntegerExpression,
): IntegerExpression => Object.freeze({ kind: 'choose', when, then, otherwise })

/** `operand`, or `fallback` where it is null. */
export const orElse = (operand: IntegerExpression, fallback: IntegerExpression): IntegerExpression =>
  Object.freeze({ kind: 'orElse', operand, fallback })

export const tagged = (...parts: readonly { readonly tag: string; readonly path: Path }[]): WordExpression =>
  Object.freeze({ kind: 'tagged', parts })

export const lookup = (path: Path, mapping: Readonly<Record<string, string>>): WordExpression =>
  Object.freeze({ kind: 'lookup', path, mapping })

export const chooseWord = (
  when: Predicate,
  then: WordExpression,
  otherwise: WordExpression,
): WordExpression => Object.freeze({ kind: 'chooseWord', when, then, otherwise })

export const bucket = (value: IntegerExpression, steps: readonly Step[]): WordExpression =>
  Object.freeze({ kind: 'bucket', value, steps })

const compare =
  (operator: 'equal' | 'less' | 'atMost') =>
  (left: IntegerExpression, right: IntegerExpression): Predicate =>
    Object.freeze({ kind: 'compare', operator, left, right })

export const equal = compare('equal')
export const less = compare('less')
export const atMost = compare('atMost')

export const oneOf = (path: Path | string, ...values: readonly string[]): Predicate =>
  Object.freeze({ kind: 'oneOf', path: typeof path === 'string' ? ([path] as const) : path, values })

export const isNull = (...path: Path): Predicate => Object.freeze({ kind: 'isNull', path })
export const isTrue = (...path: Path): Predicate => Object.freeze({ kind: 'isTrue', path })
export const isId = (...path: Path): Predicate => Object.freeze({ kind: 'isId', path })
export const hasNullItem = (...path: Path): Predicate => Object.freeze({ kind: 'hasNullItem', path })
export const and = (...operands: readonly Predicate[]): Predicate => Object.freeze({ kind: 'and', operands })
export const or = (...operands: readonly Predicate[]): Predicate => Object.freeze({ kind: 'or', operands })
export const not = (operand: Predicate): Predicate => Object.freeze({ kind: 'not', operand })
