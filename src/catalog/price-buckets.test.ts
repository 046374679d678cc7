import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucket, column } from '../algebra/expression.ts'
import { evaluateWord } from '../compile/inprocess/evaluate.ts'
import { MAX_CENTS } from './events/fields.ts'
import { PRICE_STEPS } from './price-buckets.ts'

const bucketOf = (cents: number) => evaluateWord(bucket(column('cents'), PRICE_STEPS), { cents })

describe('the buckets of prices', () => {
  test('are exact up to 21 minor units and widen from there; hand-worked', () => {
    const first = PRICE_STEPS.slice(0, 25).map(({ from }) => from)
    expect(first).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 24, 26,
    ])
    expect(bucketOf(0)).toBe('0')
    expect(bucketOf(23)).toBe('22')
    expect(bucketOf(24)).toBe('24')
  })

  test('hold every price that a contract allows, in a bucket less than a tenth wide', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_CENTS }), (cents) => {
        const from = Number(bucketOf(cents))
        expect(from).toBeLessThanOrEqual(cents)
        expect(cents - from).toBeLessThanOrEqual(from / 11)
      }),
    )
    expect(bucketOf(MAX_CENTS)).not.toBeNull()
  })
})
