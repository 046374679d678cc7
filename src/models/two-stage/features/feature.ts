import type { Driver } from '../../candidates/candidate-source.ts'
import type { TasteFigures } from '../figures/categories.ts'
import type { ItemFigures } from '../figures/item-figures.ts'
import type { PairFigures } from '../figures/pair-figures.ts'
import type { ShopperFigures } from '../figures/shopper-figures.ts'

/** What a scoring source says of one candidate. */
export type SourceScore = {
  /** As the source gives it; NaN where there is no such source. */
  score: number
  /** Divided by the best score of the question, in (-inf, 1]; NaN where nothing scores above 0. */
  share: number
  /** Place among what the source proposes, from 1; NaN if it does not. */
  rank: number
}

export const SCORING_SOURCES = ['affinity', 'basket', 'sessions', 'together', 'titles', 'attributes'] as const
export type ScoringSourceName = (typeof SCORING_SOURCES)[number]

/** How much the shopper's segment goes for an item; NaN where nothing is known of the person. */
export type SegmentFigures = {
  /** Its share of what the segment buys, shrunk. */
  segmentShare: number
  /** Its share of what everybody buys. */
  everybodyShare: number
}

/** All that a candidate is judged by. Whoever has these figures computes the same features. */
export type FeatureInputs = {
  readonly item: Readonly<ItemFigures>
  readonly shopper: Readonly<ShopperFigures>
  readonly pair: Readonly<PairFigures>
  readonly taste: Readonly<TasteFigures>
  readonly segment: Readonly<SegmentFigures>
  readonly scores: Readonly<Record<ScoringSourceName, Readonly<SourceScore>>>
}

/** One column of the matrix that trees read. */
export type Feature = {
  readonly name: string
  readonly driver: Driver
  /** A number, or NaN where it is not known. */
  readonly of: (inputs: FeatureInputs) => number
}
