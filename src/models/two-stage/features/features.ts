import type { Driver } from '../../candidates/candidate-source.ts'
import { DEMOGRAPHIC_FEATURES } from './demographics.ts'
import { DISCOUNT_FEATURES } from './discount.ts'
import type { Feature, FeatureInputs } from './feature.ts'
import { HISTORY_FEATURES } from './history.ts'
import { POPULARITY_FEATURES } from './popularity.ts'
import { SEASON_FEATURES } from './season.ts'
import { SCORE_FEATURES } from './source-scores.ts'

/** The columns of the matrix, in the order in which trees know them. */
export const FEATURES: readonly Feature[] = [
  ...HISTORY_FEATURES,
  ...SCORE_FEATURES,
  ...POPULARITY_FEATURES,
  ...DISCOUNT_FEATURES,
  ...SEASON_FEATURES,
  ...DEMOGRAPHIC_FEATURES,
]

/** The columns without those of some drivers. */
export const featuresWithout = (drivers: ReadonlySet<Driver>): readonly Feature[] =>
  FEATURES.filter(({ driver }) => !drivers.has(driver))

/** Writes one row, float32, from `at` on: the one place where features are computed, whoever asks. */
export function writeFeatures(
  features: readonly Feature[],
  inputs: FeatureInputs,
  row: Float32Array,
  at: number,
): void {
  for (let column = 0; column < features.length; column += 1) {
    row[at + column] = features[column]?.of(inputs) ?? Number.NaN
  }
}
