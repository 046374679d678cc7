import type { FeatureExpression } from './feature-expression.ts'

/** What drives a shopper; reasons and ablations are grouped by it. */
export const FEATURE_DRIVERS = [
  'history',
  'demographics',
  'season',
  'discount',
  'popularity',
  'content',
] as const
export type FeatureDriver = (typeof FEATURE_DRIVERS)[number]

/** A column of what models see: one number for one product, one request and one instant. */
export type FeatureColumn = {
  readonly kind: 'featureColumn'
  readonly name: string
  readonly driver: FeatureDriver
  /** `lines`, `days`, `ratio`. */
  readonly unit: string
  /** Values lie within; `Infinity` where nothing bounds them. */
  readonly min: number
  readonly max: number
  /** For people: what it says. */
  readonly meaning: string
  /** For people: what it says that the value is missing; empty where it never is. */
  readonly missing: string
  readonly value: FeatureExpression
}

export const featureColumn = (definition: Omit<FeatureColumn, 'kind'>): FeatureColumn =>
  Object.freeze({ kind: 'featureColumn', ...definition })
