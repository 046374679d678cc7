import type { Step } from '../algebra/expression.ts'
import { MAX_CENTS } from './events/fields.ts'

/** A bucket ends below 12/11 of its start, rounded down: at most a tenth wide from 11 minor units on, exact below. */
const RATIO = { of: 12, to: 11 } as const

/**
 * The fixed buckets of every histogram of prices, in integers alone: 0, 1, 2, ... 11, 12, 13, ..., each start about 9 %
 * above the one before, up to the greatest price of the contracts. A bucket is called by its least price in minor
 * units, `1043`, so a histogram is read without this table.
 */
export const PRICE_STEPS: readonly Step[] = Object.freeze(startsUpTo(MAX_CENTS).map(stepFrom))

function startsUpTo(greatest: number): number[] {
  const starts = [0]
  let next = 1
  while (next <= greatest) {
    starts.push(next)
    next = Math.max(next + 1, Math.floor((next * RATIO.of) / RATIO.to))
  }
  return starts
}

function stepFrom(from: number): Step {
  return Object.freeze({ from, word: String(from) })
}
