import type { ItemContent } from './content/item-content.ts'
import type { Sequences, ShopperHistory } from './sequences.ts'

/** What a model may learn from: everything in it happened before the instant that it is asked about. */
export type Training = {
  readonly sequences: Sequences
  /** Titles and attributes by item number; null where the data has none. */
  readonly content: ItemContent | null
  /** The day that comes after the last one that may be used; null where no time is known. */
  readonly asOfDay: number | null
}

/** A model that can be measured: three verbs, `fit`, then `score` and `explain`. */
export type Recommender = {
  readonly name: string
  /** Learns from the past. The same training gives the same model, bit for bit. */
  readonly fit: (training: Training) => Promise<FittedRecommender>
  /** Begins an ablation; absent where taking a driver away makes no sense. */
  readonly ablation?: () => Ablation
}

/** What drives shoppers, as far as a model can be asked to look away from it. */
export const DRIVERS = ['history', 'demographics', 'affinity', 'season', 'discount'] as const
export type Driver = (typeof DRIVERS)[number]

/** Models that learn alike what they have in common once, and keep it in memory as long as the ablation is held. */
export type Ablation = {
  /** The drivers that this model uses, in the order of `DRIVERS`. */
  readonly drivers: readonly Driver[]
  /** The model with all drivers: bit for bit what the model is outside of an ablation. */
  readonly whole: Recommender
  /**
   * The same model, learnt and asked without one driver: its features, candidates and priors are gone. How much is
   * learnt (the number of trees) is what the whole model has chosen, if that has learnt before.
   */
  readonly without: (driver: Driver) => Recommender
}

export type FittedRecommender = {
  /**
   * Writes the score of every item of the catalogue for this shopper to `scores` (one cell an item, all are
   * overwritten, all finite); a higher score is better. An empty history is allowed.
   */
  readonly score: (history: ShopperHistory, scores: Float64Array) => void
  /** Why `item` gets its score: `base` plus the contributions is the score within 1e-6. */
  readonly explain: (history: ShopperHistory, item: number) => Explanation
}

export type Explanation = {
  /** What does not depend on the shopper. */
  readonly base: number
  /**
   * What each event of the history gave, oldest first; events that gave nothing may be left out. A model that does
   * not attribute to events says what each driver gave instead.
   */
  readonly contributions: readonly (Contribution | DriverContribution)[]
}

export type DriverContribution = {
  readonly driver: Driver | 'popularity' | 'content'
  /** On the scale of the score; may be negative. */
  readonly value: number
}

export type Contribution = {
  /** Index into the history. */
  readonly position: number
  /** The item at that position. */
  readonly item: number
  /** On the scale of the score; may be negative. */
  readonly value: number
}
