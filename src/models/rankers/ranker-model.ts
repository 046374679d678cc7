import type { Quantiser } from './bins/quantiser.ts'
import type { Forest } from './forest.ts'

/** All that is needed to score rows of named features. */
export type RankerModel = {
  /** Distinct, in the order of the columns; no line feeds. */
  readonly featureNames: readonly string[]
  readonly quantiser: Quantiser
  readonly forest: Forest
}
