import { seededRandom } from '../../core/random.ts'
import { meanOf } from './user-metrics.ts'

export type Interval = {
  readonly mean: number
  /** 2.5th and 97.5th percentile of the means of resamples. */
  readonly low: number
  readonly high: number
}

/** Resamples; the ends of an interval vary by about a tenth of its half width between seeds. */
const RESAMPLES = 1000

/**
 * The mean with its 95 % interval, by drawing users with replacement. The same values and seed give the same interval;
 * without values all are 0. Of two models, take the differences user by user: the interval is then of the paired
 * difference, and the models are told apart where it leaves 0 out.
 */
export function bootstrapInterval(values: Float64Array, seed: string): Interval {
  const mean = meanOf(values)
  if (values.length === 0) return { mean: 0, low: 0, high: 0 }
  const random = seededRandom(seed)
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let sum = 0
    for (let draw = 0; draw < values.length; draw += 1) sum += values[random.below(values.length)] ?? 0
    return sum / values.length
  }).sort()
  const at = (share: number): number => means[Math.floor(share * (RESAMPLES - 1))] ?? mean
  return { mean, low: at(0.025), high: at(0.975) }
}

/** `first - second` of each user. @throws Error if the two are not of the same users */
export function differences(first: Float64Array, second: Float64Array): Float64Array {
  if (first.length !== second.length) throw new Error('bug: a paired comparison of different users')
  return first.map((value, user) => value - (second[user] ?? 0))
}
