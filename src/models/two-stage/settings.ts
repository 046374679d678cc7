import type { ScoringSourceName } from './features/feature.ts'

/** Everything that gathering and ranking can be set to. */
export type TwoStageSettings = {
  /** Items at most from each source, one entry a source. */
  readonly limits: Readonly<
    Record<
      | ScoringSourceName
      | 'bought'
      | 'popular'
      | 'rising'
      | 'newItems'
      | 'segment'
      | 'season'
      | 'likedKinds'
      | 'likedOffers'
      | 'exploration',
      number
    >
  >
  /** Candidates that did not come, kept about so many a question to learn from. */
  readonly negatives: number
  /** Right answers of one part of the past at most: where there are more, questions are drawn. A bound on time. */
  readonly answers: number
  /** Length of the periods that are learnt from; as long as those that will be asked about. */
  readonly horizonDays: number
  /** Days from one period's start to the next one's. */
  readonly stepDays: number
  /** Days that a period must have before it. */
  readonly leastDays: number
  /** Periods at most; and baskets of each shopper. */
  readonly splits: number
  readonly basketSplits: number
}

/** The defaults. They are the same for all data. */
export const TWO_STAGE_SETTINGS: TwoStageSettings = Object.freeze({
  limits: Object.freeze({
    bought: 250,
    affinity: 100,
    basket: 100,
    sessions: 100,
    together: 60,
    titles: 40,
    attributes: 40,
    popular: 50,
    rising: 30,
    newItems: 20,
    segment: 40,
    season: 40,
    likedKinds: 60,
    likedOffers: 40,
    exploration: 10,
  }),
  negatives: 120,
  answers: 40_000,
  horizonDays: 30,
  stepDays: 30,
  leastDays: 60,
  splits: 5,
  basketSplits: 3,
})
