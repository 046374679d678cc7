import type { Driver } from '../../candidates/candidate-source.ts'
import type { ShopperHistory } from '../../sequences.ts'
import type { Tastes } from '../figures/categories.ts'
import type { FiguresAt } from '../figures/figures-at.ts'
import type { PairFigures } from '../figures/pair-figures.ts'
import type { ShopperFigures } from '../figures/shopper-figures.ts'

/** One question: who asks, at which instant, and what is known of them and of the items then. */
export type Question = {
  readonly history: ShopperHistory
  readonly figures: FiguresAt
  readonly shopper: ShopperFigures
  readonly pairs: ReadonlyMap<number, PairFigures>
  readonly tastes: Tastes
}

/** One way to find candidates for a question. One file each. */
export type ItemSource = {
  readonly name: string
  readonly driver: Driver
  /** Items best first, at most `limit`, none twice; none for an empty history is fine. */
  readonly propose: (question: Question, limit: number) => Int32Array
}

/** A source that also says how much it thinks of any item; its score and rank become features. */
export type ScoringSource = {
  readonly name: string
  readonly driver: Driver
  /** Writes the score of every item to `scores`; more is better, 0 says nothing. */
  readonly score: (history: ShopperHistory, scores: Float64Array) => void
}
