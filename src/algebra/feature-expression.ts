import type { View } from './view.ts'

/**
 * A number that is made of exact sums, after them: here ratios and floats begin. It is asked of one product for one
 * request at one instant (`as_of`). Null means that it is missing, and makes null of all but `orElse`, `ratio` of
 * nothing included.
 */
export type FeatureExpression =
  | { readonly kind: 'number'; readonly value: number }
  | WindowRead
  /** An integer field of the product as it is sold at the instant; null where it has none. */
  | { readonly kind: 'productField'; readonly name: string }
  | { readonly kind: 'request'; readonly fact: RequestFact }
  | {
      readonly kind: 'calculate'
      readonly operator: 'plus' | 'minus' | 'times' | 'ratio' | 'least' | 'greatest'
      readonly left: FeatureExpression
      readonly right: FeatureExpression
    }
  | { readonly kind: 'orElse'; readonly operand: FeatureExpression; readonly fallback: FeatureExpression }
  /** `then` where `value >= threshold`, `otherwise` where it is less or missing. */
  | {
      readonly kind: 'fromOn'
      readonly value: FeatureExpression
      readonly threshold: number
      readonly then: FeatureExpression
      readonly otherwise: FeatureExpression
    }

/** What is read off the rows of a view in one of its windows as of the instant. */
export type WindowRead = {
  readonly kind: 'read'
  readonly view: View
  readonly window: string
  readonly what: Reading
  /** Key columns over which is rolled up; the others are those of the request and the product. */
  readonly over: readonly string[]
  /** Whose `sku`: the product's, or all of its category. */
  readonly of: 'item' | 'category'
}

export type Reading =
  /** The measure: sums of counts and sums (0 of none), the extreme of min and max (null of none). */
  | { readonly kind: 'measure'; readonly measure: string }
  /** Start of the first or last tile in which the measure is above 0, epoch ms; null of none. */
  | { readonly kind: 'firstTile' | 'lastTile'; readonly measure: string }
  /** Number of tiles, or of keys, in which the measure is above 0. */
  | { readonly kind: 'tileCount' | 'keyCount'; readonly measure: string }
  /** The middle of a histogram: buckets are the last column of the key, called by their least value. */
  | { readonly kind: 'middle'; readonly count: string; readonly sum: string }
  /** 1 if the newest entry is this word, else 0. */
  | { readonly kind: 'lastWordIs'; readonly word: string }

/** `asOf` and `historyStart` (of the shop's first event) in epoch ms; `basketLines`: products in the basket now. */
export type RequestFact = 'asOf' | 'historyStart' | 'basketLines'

export const amount = (value: number): FeatureExpression => Object.freeze({ kind: 'number', value })
export const productField = (name: string): FeatureExpression => Object.freeze({ kind: 'productField', name })
export const request = (fact: RequestFact): FeatureExpression => Object.freeze({ kind: 'request', fact })

const calculate =
  (operator: Extract<FeatureExpression, { kind: 'calculate' }>['operator']) =>
  (left: FeatureExpression, right: FeatureExpression): FeatureExpression =>
    Object.freeze({ kind: 'calculate', operator, left, right })

export const plus = calculate('plus')
export const minus = calculate('minus')
export const times = calculate('times')
/** Null where `right` is 0. */
export const ratio = calculate('ratio')
export const least = calculate('least')
export const greatest = calculate('greatest')

export const orElseFeature = (operand: FeatureExpression, fallback: FeatureExpression): FeatureExpression =>
  Object.freeze({ kind: 'orElse', operand, fallback })

export const fromOn = (
  value: FeatureExpression,
  threshold: number,
  then: FeatureExpression,
  otherwise: FeatureExpression,
): FeatureExpression => Object.freeze({ kind: 'fromOn', value, threshold, then, otherwise })

/** Where a read looks. */
export type Place = {
  readonly view: View
  readonly window: string
  readonly over?: readonly string[]
  readonly of?: WindowRead['of']
}

export const read = ({ view, window, over = [], of = 'item' }: Place, what: Reading): FeatureExpression =>
  Object.freeze({ kind: 'read', view, window, what, over, of })

/** The measure in the window. */
export const windowed = (place: Place, measure: string): FeatureExpression =>
  read(place, { kind: 'measure', measure })
